"""Environments of Alembic by chance, with the operations that are usual in them.

generated_alembic.py write SEED COUNT FOLDER URL: FOLDER/1 to FOLDER/COUNT, each with an alembic.ini, an
env.py as `alembic init` makes it, and revisions for the kind of database that URL names. NUMBER in URL
stands for the number of each.
generated_alembic.py upgrade FOLDER: lets Alembic upgrade the databases of all of them.
"""

import logging
import os
import random
import shutil
import sys

import alembic.command
from alembic.config import Config

HEAD = '''"""{message}

Revision ID: {id}
Revises: {revises}
Create Date: 2024-05-06 07:08:09.123456

"""
import datetime
import decimal

import sqlalchemy as sa
from alembic import op

revision = {id!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {deps!r}


def upgrade():
{up}


def downgrade():
{down_code}
'''

# Types, with server defaults and Python values for them.
TYPES = {
    "sa.Integer()": (["'7'", "sa.text('42')"], ["5", "-1"]),
    "sa.BigInteger()": (["'0'"], ["2 ** 40"]),
    "sa.String(20)": (["'new'", "\"it's 50%\""], ["'plain'", "\"o'hara %s :x\"", "'tab\\there \\\\'"]),
    "sa.Text()": (["'a: b'", "sa.text(\"'quoted'\")"], ["'line\\nline; -- no comment'", "'ünï'"]),
    "sa.Boolean()": (["sa.true()", "sa.text('false')"], ["True", "False"]),
    "sa.Date()": (["'2024-01-31'"], ["datetime.date(2024, 2, 29)"]),
    "sa.DateTime()": (["sa.func.now()", "sa.text('CURRENT_TIMESTAMP')"], ["datetime.datetime(2024, 1, 2, 3, 4, 5)"]),
    "sa.Numeric(8, 2)": (["'1.50'"], ["decimal.Decimal('3.14')"]),
    "sa.Float()": (["'0.5'"], ["2.5"]),
    "sa.LargeBinary()": ([], []),
    "sa.JSON()": (["'{}'"], []),
    "sa.Uuid()": ([], []),
}
WIDER = {"sa.String(20)": "sa.String(80)", "sa.Integer()": "sa.BigInteger()", "sa.Float()": "sa.Float(53)"}
CONSTANT = [name for name in TYPES if name != "sa.DateTime()"]


class Column:
    def __init__(self, name, type_, nullable=True, default=None, comment=None):
        self.name, self.type, self.nullable = name, type_, nullable
        self.default, self.comment = default, comment

    def code(self):
        parts = [repr(self.name), self.type, f"nullable={self.nullable}"]
        if self.default:
            parts.append(f"server_default={self.default}")
        if self.comment:
            parts.append(f"comment={self.comment!r}")
        return f"sa.Column({', '.join(parts)})"


class Table:
    def __init__(self, name):
        self.name, self.columns, self.parts, self.rows = name, [], {}, 0
        self.referred = self.strict = False

    def free(self):
        """Columns that nothing else is made of."""
        used = {column for columns, _ in self.parts.values() for column in columns}
        return [column for column in self.columns if column.name not in used]


class Writer:
    """One environment."""

    def __init__(self, chance, dialect):
        self.chance, self.dialect = chance, dialect
        self.counter = 0
        self.batch = dialect == "sqlite" or chance.random() < 0.5

    def name(self, stem):
        self.counter += 1
        return self.chance.choice([f"{stem}_{self.counter}", f"{stem}_{self.counter}", f"{stem.title()} {self.counter}"])

    def new_column(self, constant=False):
        type_ = self.chance.choice(CONSTANT if constant else list(TYPES))
        defaults = TYPES[type_][0]
        default = self.chance.choice(defaults) if defaults and self.chance.random() < 0.5 else None
        nullable = default is None or self.chance.random() < 0.5
        comment = self.chance.choice([None, None, None, "what it's for: 100%"])
        return Column(self.name("col"), type_, nullable, default, comment)

    # An operation is a pair of lists of lines: up and down.

    def altering(self, table, up, down):
        """Code with {op} and {table} for what stands in front of an operation and its table."""
        if not self.batch:
            plain = {"op": "op", "table": f"{table.name!r}, ", "last": f", {table.name!r}"}
            return [up.format(**plain)], [down.format(**plain)]
        inside = {"op": "batch", "table": "", "last": ""}
        opening = f"with op.batch_alter_table({table.name!r}) as batch:"
        return [opening, "    " + up.format(**inside)], [opening, "    " + down.format(**inside)]

    def create_table(self, tables):
        table = Table(self.name("table"))
        table.columns = [self.new_column() for _ in range(self.chance.randint(2, 5))]
        parts = ["sa.Column('id', sa.Integer(), primary_key=True)"]
        parts += [column.code() for column in table.columns]
        down = [f"op.drop_table({table.name!r})"]
        first = table.columns[0]
        if self.chance.random() < 0.3 and "JSON" not in first.type:
            name = self.name("uq")
            table.parts[name], table.strict = ([first.name], "unique"), True
            parts.append(f"sa.UniqueConstraint({first.name!r}, name={name!r})")
        if tables and self.chance.random() < 0.5:
            other = self.chance.choice(tables)
            column, name = Column(self.name("ref"), "sa.Integer()"), self.name("fk")
            other.referred = True
            table.columns.append(column)
            table.parts[name] = ([column.name], "foreignkey")
            parts.append(column.code())
            rule = self.chance.choice(["", ", ondelete='CASCADE'", ", onupdate='SET NULL'"])
            parts.append(
                f"sa.ForeignKeyConstraint([{column.name!r}], [{other.name + '.id'!r}], name={name!r}{rule})"
            )
        if self.chance.random() < 0.3:
            kind = self.name("kind").lower().replace(" ", "_")
            column = Column(self.name("mood"), f"sa.Enum('good', 'so so', \"can't\", name={kind!r})")
            table.columns.append(column)
            table.parts[kind] = ([column.name], "enum")
            parts.append(column.code())
            if self.dialect == "postgresql":
                down.append(f"sa.Enum(name={kind!r}).drop(op.get_bind(), checkfirst=True)")
        if self.chance.random() < 0.2:
            parts.append(f"comment={'about ' + table.name!r}")
        tables.append(table)
        return [f"op.create_table({table.name!r},", *(f"    {part}," for part in parts), ")"], down

    def add_column(self, tables):
        table, column = self.chance.choice(tables), self.new_column(constant=True)
        table.columns.append(column)
        return self.altering(
            table,
            "{op}.add_column({table}" + _escape(column.code()) + ")",
            "{op}.drop_column({table}" + _escape(repr(column.name)) + ")",
        )

    def drop_column(self, tables):
        table = self.chance.choice(tables)
        free = table.free()
        if len(free) < 2 or table.rows:
            return None
        column = self.chance.choice(free)
        table.columns.remove(column)
        return self.altering(
            table,
            "{op}.drop_column({table}" + _escape(repr(column.name)) + ")",
            "{op}.add_column({table}" + _escape(column.code()) + ")",
        )

    def alter_column(self, tables):
        table = self.chance.choice(tables)
        if not table.free():
            return None
        column = self.chance.choice(table.free())
        before = Column(column.name, column.type, column.nullable, column.default, column.comment)
        what = self.chance.choice(["nullable", "type", "default", "comment", "name"])
        if what == "nullable" and not table.rows:
            column.nullable = not column.nullable
            up, down = f"nullable={column.nullable}", f"nullable={before.nullable}"
        elif what == "type" and column.type in WIDER and not column.default:
            column.type = WIDER[column.type]
            up, down = f"type_={column.type}", f"type_={before.type}"
        elif what == "default" and TYPES.get(column.type, ([],))[0]:
            column.default = self.chance.choice(TYPES[column.type][0]) if not column.default else None
            up, down = f"server_default={column.default}", f"server_default={before.default}"
        elif what == "comment":
            column.comment = None if column.comment else "it's\nnew"
            up, down = f"comment={column.comment!r}", f"comment={before.comment!r}"
        elif what == "name":
            column.name = self.name("renamed")
            up, down = f"new_column_name={column.name!r}", f"new_column_name={before.name!r}"
        else:
            return None
        return self.altering(table, self.alter_code(before, up), self.alter_code(column, down))

    def alter_code(self, column, change):
        existing = [f"existing_nullable={column.nullable}"] if "nullable=" not in change else []
        if "type_=" not in change:
            existing.append(f"existing_type={column.type}")
        if column.default and "server_default=" not in change:
            existing.append(f"existing_server_default={column.default}")
        if column.comment and "comment=" not in change:
            existing.append(f"existing_comment={column.comment!r}")
        return "{op}.alter_column({table}" + _escape(", ".join([repr(column.name), change, *existing])) + ")"

    def create_index(self, tables):
        table = self.chance.choice(tables)
        columns = [column for column in table.columns if "JSON" not in column.type]
        if not columns:
            return None
        chosen = [c.name for c in self.chance.sample(columns, min(len(columns), self.chance.randint(1, 2)))]
        name, unique = self.name("ix"), not table.rows and self.chance.random() < 0.3
        table.parts[name] = (chosen, "index")
        table.strict |= unique
        return (
            [f"op.create_index({name!r}, {table.name!r}, {chosen!r}, unique={unique})"],
            [f"op.drop_index({name!r}, table_name={table.name!r})"],
        )

    def drop_part(self, tables):
        table = self.chance.choice(tables)
        found = [(name, part) for name, part in table.parts.items() if part[1] in ("index", "unique", "check")]
        if not found:
            return None
        name, (columns, kind) = self.chance.choice(found)
        del table.parts[name]
        if kind == "index":
            up, down = self.drop_index(table, name, columns)
            return [up], [down]
        create = {
            "unique": f"create_unique_constraint({name!r}{{last}}, {columns!r})",
            "check": f"create_check_constraint({name!r}{{last}}, sa.column({columns[0]!r}).is_not(None))",
        }[kind]
        up = "{op}.drop_constraint(" + f"{_escape(repr(name))}{{last}}, type_={kind!r})"
        return self.altering(table, up, "{op}." + create)

    def drop_index(self, table, name, columns):
        return (
            f"op.drop_index({name!r}, table_name={table.name!r})",
            f"op.create_index({name!r}, {table.name!r}, {columns!r})",
        )

    def create_constraint(self, tables):
        table = self.chance.choice(tables)
        columns = [column for column in table.free() if "JSON" not in column.type]
        if not columns or table.rows:
            return None
        column, kind = self.chance.choice(columns), self.chance.choice(["unique", "check"])
        name = self.name("uq" if kind == "unique" else "ck")
        table.parts[name], table.strict = ([column.name], kind), True
        create = (
            f"create_unique_constraint({name!r}{{last}}, [{column.name!r}])"
            if kind == "unique"
            else f"create_check_constraint({name!r}{{last}}, sa.column({column.name!r}).is_not(None))"
        )
        return self.altering(
            table, "{op}." + create, "{op}.drop_constraint(" + f"{name!r}{{last}}, type_={kind!r})"
        )

    def create_foreign_key(self, tables):
        table, other = self.chance.choice(tables), self.chance.choice(tables)
        columns = [column for column in table.free() if column.type == "sa.Integer()"]
        if not columns or table.rows or table is other:
            return None
        column, name = self.chance.choice(columns), self.name("fk")
        table.parts[name], other.referred, table.strict = ([column.name], "foreignkey"), True, True
        return self.altering(
            table,
            "{op}.create_foreign_key(" + f"{name!r}{{last}}, {other.name!r}, [{column.name!r}], ['id'])",
            "{op}.drop_constraint(" + f"{name!r}{{last}}, type_='foreignkey')",
        )

    def rename_table(self, tables):
        table = self.chance.choice(tables)
        before, table.name = table.name, self.name("renamed")
        return (
            [f"op.rename_table({before!r}, {table.name!r})"],
            [f"op.rename_table({table.name!r}, {before!r})"],
        )

    def insert(self, tables):
        table = self.chance.choice(tables)
        columns = [c for c in table.free() if TYPES.get(c.type, ([], []))[1]]
        needed = [c for c in table.columns if not c.nullable and not c.default]
        if not columns or needed or table.strict:
            return None
        table.rows += 1
        rows = [
            {"id": str(table.rows * 10 + n), **{c.name: self.chance.choice(TYPES[c.type][1]) for c in columns}}
            for n in range(self.chance.randint(1, 2))
        ]
        kinds = ", ".join(f"sa.column({c.name!r}, {c.type})" for c in columns)
        values = ", ".join("{" + ", ".join(f"{k!r}: {v}" for k, v in row.items()) + "}" for row in rows)
        return (
            [f"op.bulk_insert(sa.table({table.name!r}, sa.column('id', sa.Integer()), {kinds}), [{values}])"],
            [f"op.execute(sa.table({table.name!r}, sa.column('id')).delete())"],
        )

    def execute(self, tables):
        table = self.chance.choice(tables)
        quoted = '"' + table.name + '"'
        texts = [c for c in table.free() if c.type in ("sa.Text()", "sa.String(80)")]
        if not texts:
            return [f"op.execute('DELETE FROM {quoted} WHERE id > 1000 -- none')"], ["pass"]
        column = self.chance.choice(texts)
        target = f"sa.table({table.name!r}, sa.column({column.name!r}))"
        return self.chance.choice([
            [f"op.execute({target}.update().values({{{column.name!r}: 'it\\'s %d'}}))"],
            [f"op.get_bind().execute(sa.text('UPDATE {quoted} SET \"{column.name}\" = :v'), {{'v': \"a'b\"}})"],
            [f"op.execute(sa.text('UPDATE {quoted} SET \"{column.name}\" = :v').bindparams(v='x: y'))"],
        ]), ["pass"]

    def add_enum(self, tables):
        if self.dialect != "postgresql":
            return None
        table, kind = self.chance.choice(tables), self.name("enum").lower().replace(" ", "_")
        column = Column(self.name("state"), f"sa.Enum('on', 'off', name={kind!r})")
        table.columns.append(column)
        table.parts[kind] = ([column.name], "enum")
        up = [f"sa.Enum('on', 'off', name={kind!r}).create(op.get_bind(), checkfirst=True)"]
        add, drop = self.altering(
            table,
            "{op}.add_column({table}" + _escape(column.code()) + ")",
            "{op}.drop_column({table}" + _escape(repr(column.name)) + ")",
        )
        more = [
            "with op.get_context().autocommit_block():",
            f"    op.execute(\"ALTER TYPE {kind} ADD VALUE IF NOT EXISTS 'it''s new'\")",
        ]
        down = [*drop, f"sa.Enum(name={kind!r}).drop(op.get_bind(), checkfirst=False)"]
        return [*up, *add, *(more if self.chance.random() < 0.5 else [])], down

    def drop_table(self, tables):
        """The last operation of a history: its downgrade would have to tell too much."""
        table = self.chance.choice(tables)
        if table.referred:
            return None
        tables.remove(table)
        return [f"op.drop_table({table.name!r})"], ["raise NotImplementedError('the rows are gone')"]

    def operations(self, tables, count):
        usual = [
            self.create_table, self.add_column, self.add_column, self.drop_column, self.alter_column,
            self.alter_column, self.alter_column, self.create_index, self.drop_part, self.insert,
            self.create_constraint, self.create_foreign_key, self.rename_table, self.execute, self.add_enum,
        ]
        done = []
        while len(done) < count:
            operation = self.chance.choice(usual if tables else [self.create_table])(tables)
            if operation:
                done.append(operation)
        return done


def _escape(code):
    return code.replace("{", "{{").replace("}", "}}")


def _indent(lines):
    return "\n".join("    " + line for line in lines) or "    pass"


class History:
    """The revisions of an environment, in the order in which they are written."""

    def __init__(self, chance, dialect, folder, number):
        self.chance, self.folder, self.number = chance, folder, number
        self.writer = Writer(chance, dialect)
        self.count = 0

    def revision(self, down, tables, operations=None, labels=None, deps=None):
        self.count += 1
        id_ = f"{self.chance.getrandbits(44):011x}{self.count:x}"
        if operations is None:
            operations = self.writer.operations(tables, self.chance.randint(1, 3))
        up = [line for operation in operations for line in operation[0]]
        back = [line for operation in reversed(operations) for line in operation[1]]
        name = os.path.join(self.folder, "alembic", "versions", f"{id_}.py")
        with open(name, "w", encoding="utf-8") as file:
            file.write(HEAD.format(
                message=f"change {self.count} of {self.number}", id=id_, revises=down, down=down,
                labels=labels, deps=deps, up=_indent(up), down_code=_indent(back),
            ))
        return id_

    def line(self, down, tables, length):
        for _ in range(length):
            down = self.revision(down, tables)
        return down

    def write(self):
        tables = []
        head = self.line(None, tables, self.chance.randint(2, 4))
        if self.chance.random() < 0.4:
            others = []
            left = self.line(self.revision(head, tables, labels=("left",)), tables, 1)
            right = self.line(self.revision(head, others, labels=["right"]), others, 1)
            tables += others
            head = self.revision((left, right), tables, operations=[])
        if self.chance.random() < 0.2:
            own = []
            self.line(self.revision(None, own, labels="apart", deps=head), own, 1)
        head = self.line(head, tables, self.chance.randint(1, 3))
        if tables and self.chance.random() < 0.3:
            last = self.writer.drop_table(tables)
            if last:
                self.revision(head, tables, operations=[last])


def write(seed, count, folder, url):
    dialect = url.split(":")[0].split("+")[0]
    model = os.path.join(os.path.abspath(folder), "model")
    os.makedirs(model)
    config = Config(os.path.join(model, "alembic.ini"), stdout=sys.stderr)
    os.chdir(model)
    alembic.command.init(config, "alembic")
    os.chdir(os.path.pardir)
    with open(os.path.join("model", "alembic.ini"), encoding="utf-8") as file:
        settings = file.read()
    for number in range(1, int(count) + 1):
        chance = random.Random(f"{seed} {number}")
        shutil.copytree("model", str(number))
        with open(os.path.join(str(number), "alembic.ini"), "w", encoding="utf-8") as file:
            file.write(settings.replace("driver://user:pass@localhost/dbname", url.replace("NUMBER", str(number))))
        History(chance, dialect, str(number), number).write()
    shutil.rmtree("model")


def upgrade(folder):
    logging.disable(logging.CRITICAL)
    os.chdir(folder)
    for number in os.listdir():
        config = Config(os.path.join(number, "alembic.ini"), stdout=sys.stderr)
        alembic.command.upgrade(config, "heads")


if __name__ == "__main__":
    {"write": write, "upgrade": upgrade}[sys.argv[1]](*sys.argv[2:])
