"""The SQL of all scripts: offline, and where that cannot be done on a scratch database of SQLite."""

from .bind import Unrenderable
from .recorder import Irreversible, Recorder
from .scratch import Scratch


class Renderer:
    """Renders scripts for the dialect of a context, which is an offline one."""

    def __init__(self, context, arguments):
        self._context = context
        self._arguments = arguments
        self._recorder = Recorder(context)
        self._only_offline = set()  # scripts and directions that may render elsewhere

    def render_all(self, scripts):
        """By revision, what each script is in SQL."""
        rendered = {script.revision: self._render(script) for script in scripts}
        if self._context.dialect.name == "sqlite" and self._only_offline:
            scratch = Scratch(self._context, self._arguments, self._only_offline)
            for script in scripts:
                scratch.follow(script, rendered[script.revision])
        return rendered

    def _render(self, script):
        result = {"upgrade": [], "downgrade": [], "problems": {}, "irreversible": None, "recorded": False}
        for direction in "upgrade", "downgrade":
            function = getattr(script.module, direction, None)
            try:
                if function is None:
                    raise Irreversible("the script has none")
                result[direction] = self._recorder.record(function, self._arguments)
            except Irreversible as why:
                if direction == "downgrade":
                    result["irreversible"] = str(why) or "the script says so"
                else:
                    result["problems"][direction] = str(why)
            except Unrenderable as why:
                result["problems"][direction] = str(why)
                if not why.is_final:
                    self._only_offline.add((script.revision, direction))
        return result
