"""Models of SQLAlchemy by chance: `metadata` for the seed in ORM_SEED and the kind of database in
MIGRATE_DIALECT. Every seed has all column types, dealt to its tables in another order, with constraints,
identities, computed columns, enumerations, indexes, comments, schemas and naming conventions.

As a program: makes the tables by create_all() in the database of a URL.
"""

import enum
import os
import random
import sys

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

SEED = int(os.environ["ORM_SEED"])
ON_POSTGRESQL = os.environ["MIGRATE_DIALECT"] == "postgresql"

CONVENTIONS = [
    {},
    {
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
    {"uq": "%(table_name)s %(column_0_N_name)s Ü", "fk": "FK-%(column_0_N_label)s", "pk": "PK %(table_name)s"},
]
NAMES = ["user", "Order", "two words", "größe", "per%cent", "it's", 'quo"te', "select", "a.b"]
WORDS = ["plain", "it's", "100% %s", 'a "b"', "ü\\n", ""]


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


def common_types(take):
    """Pairs of a type and a server default for it, or None."""
    return [
        (sa.Integer(), sa.text("(1 + 2)")),
        (sa.SmallInteger(), "7"),
        (sa.BigInteger(), sa.text("-1")),
        (sa.String(80), take.choice(WORDS)),
        (sa.String(), None),
        (sa.Unicode(10), "ß"),
        (sa.UnicodeText(), None),
        (sa.Text(), sa.text("('x' || 'y')")),
        (sa.CHAR(3), "abc"),
        (sa.Numeric(10, 3), "1.5"),
        (sa.Numeric(), None),
        (sa.Float(), "0.25"),
        (sa.Float(53), None),
        (sa.Double(), None),
        (sa.REAL(), None),
        (sa.Boolean(), sa.true()),
        (sa.Boolean(create_constraint=True, name="flag"), sa.false()),
        (sa.Date(), sa.func.current_date()),
        (sa.DateTime(), sa.func.now()),
        (sa.DateTime(timezone=True), sa.func.current_timestamp()),
        (sa.Time(), None),
        (sa.Interval(), None),
        (sa.LargeBinary(), None),
        (sa.JSON(), sa.text("'{}'")),
        (sa.Uuid(), None),
        (sa.Uuid(native_uuid=False), None),
        (sa.PickleType(), None),
        (sa.Enum(Colour), "RED"),
        (sa.Enum("x", "it's", "100%", name="Mixed Enum"), "it's"),
        (sa.Enum("p", "q", native_enum=False, create_constraint=True, name="letters"), "p"),
        (sa.Enum("p", "q", native_enum=False, length=20), None),
    ]


def postgresql_types(metadata):
    return [
        (sa.ARRAY(sa.Integer), sa.text("'{1,2}'")),
        (pg.ARRAY(sa.String(5), dimensions=2), None),
        (pg.ARRAY(pg.ENUM("m", "n", name="in_array", metadata=metadata)), None),
        (pg.JSONB(), sa.text("'[]'::jsonb")),
        (pg.JSONPATH(), None),
        (pg.INET(), sa.text("'::1'")),
        (pg.CIDR(), None),
        (pg.MACADDR(), None),
        (pg.MACADDR8(), None),
        (pg.MONEY(), None),
        (pg.OID(), None),
        (pg.REGCLASS(), None),
        (pg.BIT(3), None),
        (pg.BIT(varying=True, length=9), None),
        (pg.TSVECTOR(), None),
        (pg.TSQUERY(), None),
        (pg.INT4RANGE(), None),
        (pg.TSTZRANGE(), None),
        (pg.DATEMULTIRANGE(), None),
        (pg.INTERVAL(fields="DAY TO SECOND", precision=3), None),
        (pg.TIMESTAMP(precision=3), None),
        (pg.TIME(timezone=True, precision=0), None),
        (pg.BYTEA(), None),
        (pg.UUID(), sa.text("gen_random_uuid()")),
        (pg.ENUM("one", "two", name="numbers", schema="other one"), "two"),
        (pg.DOMAIN("positive", sa.Integer, check="VALUE > 0", not_null=False), "3"),
        (sa.String(5, collation="C"), None),
    ]


def sqlite_types():
    return [(sa.String(5, collation="NOCASE"), "x"), (sa.NUMERIC(), None), (sa.BLOB(), None)]


class Generator:
    def __init__(self, seed):
        self.take = random.Random(seed)
        self.metadata = sa.MetaData(naming_convention=CONVENTIONS[seed % len(CONVENTIONS)])
        self.tables = []

    def chance(self, share):
        return self.take.random() < share

    def generate(self):
        types = common_types(self.take)
        types += postgresql_types(self.metadata) if ON_POSTGRESQL else sqlite_types()
        self.take.shuffle(types)
        names = self.take.sample(NAMES, 6)
        for number, name in enumerate(names):
            self.add_table(name, types[number :: len(names)])
        self.add_special_tables()
        self.add_cycle()
        return self.metadata

    def schema(self):
        return self.take.choice([None, None, "public", "other one", "Billing"]) if ON_POSTGRESQL else None

    def comment(self):
        return self.take.choice(WORDS[:-1]) if ON_POSTGRESQL and self.chance(0.4) else None

    def add_table(self, name, types):
        columns = [self.key(name)]
        for number, (kind, default) in enumerate(types):
            columns.append(self.column(f"c{number} {self.take.choice(NAMES)}", kind, default))
        columns.append(sa.Column("amount", sa.Integer, nullable=False))
        columns.append(sa.Column("label", sa.String(40)))
        if self.chance(0.7):
            persisted = True if ON_POSTGRESQL else self.take.choice([True, False])
            columns.append(sa.Column("twice", sa.Integer, sa.Computed("amount * 2", persisted=persisted)))
        table = sa.Table(name, self.metadata, *columns, schema=self.schema(), comment=self.comment(),
                         **self.table_options())
        self.add_constraints(table)
        self.add_indexes(table)
        self.tables.append(table)

    def key(self, name):
        choices = [{}, {}]
        arguments = []
        if ON_POSTGRESQL:
            arguments = self.take.choice([
                [],
                [sa.Identity()],
                [sa.Identity(always=True, start=10, increment=5, minvalue=10, maxvalue=1000, cycle=True)],
                [sa.Sequence(f"{name} numbers", start=3, increment=2)],
            ])
        return sa.Column("id", self.take.choice([sa.Integer, sa.BigInteger]) if ON_POSTGRESQL else sa.Integer,
                         *arguments, primary_key=True, **self.take.choice(choices))

    def column(self, name, kind, default):
        if self.chance(0.3):
            default = None
        return sa.Column(name, kind, server_default=default, nullable=self.chance(0.6),
                         comment=self.comment(), unique=False)

    def table_options(self):
        if ON_POSTGRESQL:
            return self.take.choice([{}, {"postgresql_using": "heap"}, {"prefixes": ["UNLOGGED"]}])
        return self.take.choice([{}, {"sqlite_autoincrement": True}, {"sqlite_with_rowid": False}])

    def add_constraints(self, table):
        c = table.c
        # A constraint without a name has one by the convention; "ck" wants a name of its own.
        table.append_constraint(sa.CheckConstraint(c.amount > 0, name="amount_is_positive"))
        if self.chance(0.5):
            table.append_constraint(sa.CheckConstraint("label <> '100%' AND label NOT LIKE 'x%'", name="no%"))
        if self.chance(0.6):
            options = {"sqlite_on_conflict": "IGNORE"}
            if ON_POSTGRESQL:
                options = self.take.choice([{}, {"deferrable": True, "initially": "DEFERRED"},
                                            {"postgresql_nulls_not_distinct": True}])
            table.append_constraint(sa.UniqueConstraint("amount", "label", **options))
        same_lifetime = [other for other in self.tables
                         if ("UNLOGGED" in other._prefixes) <= ("UNLOGGED" in table._prefixes)]
        if same_lifetime and self.chance(0.8):
            other = self.take.choice(same_lifetime)
            table.append_column(sa.Column("other_id", other.c.id.type, sa.ForeignKey(
                other.c.id, ondelete=self.take.choice([None, "CASCADE", "SET NULL"]),
                onupdate=self.take.choice([None, "RESTRICT"]),
                deferrable=self.take.choice([None, True]))))

    def add_indexes(self, table):
        c = table.c
        sa.Index(f"{table.name} by label", c.label)
        if self.chance(0.6):
            sa.Index(None if "ix" in self.metadata.naming_convention else f"{table.name} unique", c.amount,
                     c.label.desc(), unique=True, postgresql_where=c.amount > 3, sqlite_where=c.amount > 3)
        if self.chance(0.6):
            sa.Index(f"{table.name} lower", sa.func.lower(c.label), c.amount)
        if not ON_POSTGRESQL:
            return
        sa.Index(f"{table.name} special", c.label, **self.take.choice([
            {"postgresql_ops": {"label": "varchar_pattern_ops"}},
            {"postgresql_using": "hash"},
            {"postgresql_using": "brin"},
            {"postgresql_include": ["amount"]},
            {"postgresql_with": {"fillfactor": 50}},
            {"postgresql_nulls_not_distinct": True, "unique": True},
        ]))
        if self.chance(0.5):
            sa.Index(f"{table.name} nulls", c.label.desc().nulls_last(), c.amount.asc().nulls_first())

    def add_special_tables(self):
        """A composite key that another table refers to, and what only one kind of database has."""
        parent = sa.Table("parent", self.metadata, sa.Column("a", sa.Integer, primary_key=True, autoincrement=False),
                          sa.Column("b", sa.String(5), primary_key=True), schema=self.schema())
        prefix = f"{parent.schema}." if parent.schema else ""
        child = sa.Table("child", self.metadata, sa.Column("x", sa.Integer), sa.Column("y", sa.String(5)))
        child.append_constraint(sa.ForeignKeyConstraint(
            ["x", "y"], [f"{prefix}parent.a", f"{prefix}parent.b"], match="FULL" if self.chance(0.5) else None))
        if ON_POSTGRESQL:
            sa.Table("booking", self.metadata, sa.Column("room", pg.INT4RANGE), sa.Column("time", pg.TSRANGE),
                     pg.ExcludeConstraint(("room", "="), ("time", "&&"), where=sa.text("room IS NOT NULL"),
                                          using="gist", name="no_overlap"))
            sa.Table("measured", self.metadata, sa.Column("day", sa.Date, nullable=False),
                     postgresql_partition_by="RANGE (day)")
            sa.Index("in json", sa.Table("documents", self.metadata, sa.Column("body", pg.JSONB)).c.body,
                     postgresql_using="gin", postgresql_ops={"body": "jsonb_path_ops"})
        else:
            sa.Table("strict", self.metadata, sa.Column("a", sa.INTEGER, primary_key=True), sa.Column("b", sa.TEXT),
                     sqlite_strict=True)

    def add_cycle(self):
        """Two tables that refer to each other, and one to itself."""
        name = "left_to_right"
        sa.Table("left", self.metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column(
            "right_id", sa.ForeignKey("right.id", use_alter=ON_POSTGRESQL, name=name)))
        sa.Table("right", self.metadata, sa.Column("id", sa.Integer, primary_key=True),
                 sa.Column("left_id", sa.ForeignKey("left.id")), sa.Column("up_id", sa.ForeignKey("right.id")))


metadata = Generator(SEED).generate()

if __name__ == "__main__":
    engine = sa.create_engine(sys.argv[1])
    with engine.begin() as connection:
        schemas = {table.schema for table in metadata.tables.values()} | {"other one"}
        for schema in sorted(schemas - {None, "public"}) if ON_POSTGRESQL else ():
            connection.execute(sa.schema.CreateSchema(schema))
        metadata.create_all(connection)
