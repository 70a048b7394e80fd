"""What op.get_bind() gives a script: it takes statements, and has no answers."""

from sqlalchemy import inspection, text
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.elements import TextClause


class Unrenderable(BaseException):
    """Why the SQL of a script cannot be told; is_final: in no other way either. It is nothing for
    scripts to catch, thus no Exception."""

    def __init__(self, why, is_final=True):
        super().__init__(why)
        self.is_final = is_final


class _Result:
    """Of a statement that was written down and had no database to answer."""

    def __init__(self, recorder):
        self.__dict__["_recorder"] = recorder

    def _refuse(self, *_, **__):
        self._recorder.refuse("it needs what a statement returns")

    __getattr__ = __iter__ = __bool__ = __len__ = __getitem__ = __next__ = _refuse


def _with_parameters(statement, parameters):
    if isinstance(statement, TextClause):
        return statement.bindparams(**parameters)
    if isinstance(statement, (Insert, Update)):
        return statement.values(**parameters)
    return statement.params(**parameters)


class Bind:
    """In the place of a connection. dialect, engine and name are those that scripts ask for."""

    def __init__(self, recorder):
        self._recorder = recorder
        self.dialect = recorder.dialect
        self.name = recorder.dialect.name

    @property
    def engine(self):
        return self

    def execution_options(self, **_):
        return self

    def schema_for_object(self, element):
        return element.schema

    def execute(self, statement, parameters=None, **_):
        if isinstance(statement, str):
            statement = text(statement)
        if not parameters:
            self._recorder.execute(statement)
        for each in [parameters] if isinstance(parameters, dict) else parameters or []:
            self._recorder.execute(_with_parameters(statement, each))
        return _Result(self._recorder)

    def exec_driver_sql(self, statement, parameters=None, **_):
        if parameters:
            self._recorder.refuse("it hands parameters to the driver")
        self._recorder.write(statement)
        return _Result(self._recorder)

    def _run_ddl_visitor(self, visitor, element, checkfirst=False, **options):
        with self._recorder.only_where_missing(bool(checkfirst)):
            visitor(self.dialect, self, checkfirst=False, **options).traverse_single(element)

    def __getattr__(self, name):
        self._recorder.refuse(f"it needs a connection: op.get_bind().{name}")


@inspection._inspects(Bind)
def _inspect(bind):
    bind._recorder.refuse("it looks at the schema of the database")
