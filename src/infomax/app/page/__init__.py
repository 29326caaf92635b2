"""The page: daily papers that run, served to a browser.

`infomax serve` starts it. `settings` says how it is to be; `application` puts it together; `store`
is the database and its migrations; `papers` knows what can be shown, found and linked; `runs` is the
queue; `mail` is all that is sent; `routes` are the addresses, and `templates` the look, which is that
of the report. Nothing is fetched from another host, and nothing is run that is not in this package.
"""
