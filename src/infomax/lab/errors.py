"""What can go wrong with a run, each in one sentence."""


class RunFolderError(ValueError):
    """A run folder cannot be used as it is; the message names the file and what to do."""


class AnotherRunError(RunFolderError):
    """The folder holds a run of another paper, scale, setting, data or code."""


class RunLockedError(RunFolderError):
    """Another process is at work in the folder; the message names it."""


class RunStoppedError(RuntimeError):
    """A run ended early; what was finished is kept, and the same command resumes."""
