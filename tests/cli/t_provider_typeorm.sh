#!/bin/sh
# The example for TypeORM: its own synchronize() and a history of ours make the same schema, and the
# application works on ours. What the README says is typed, but for the installation: there is one for
# all tests.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_node
need_postgresql
TS_NODE_TRANSPILE_ONLY=true
export TS_NODE_TRANSPILE_ONLY

start() {
    cp -R "$srcdir/examples/typeorm-notes/." .
    chmod -R u+w .
    commands README.md | sed 's|^npm install$|ln -s "$node_modules" node_modules|' >"$_case/commands"
    grep -q ^ln "$_case/commands" || fail 'the README installs nothing'
}

on_postgresql() {
    fresh_database
    PGHOST=$cluster PGUSER=postgres DATABASE=$database DATABASE_URL=$url
    export PGHOST PGUSER DATABASE DATABASE_URL
}

# run_ts: a program in TypeScript from stdin, beside the data source.
run_ts() {
    cat >program.ts
    node -r ts-node/register program.ts || fail 'the program failed'
}

use() {
    run_ts <<'TS'
import * as assert from "node:assert";
import { AppDataSource } from "./data-source";
import { Note } from "./src/note";
import { Notebook } from "./src/notebook";

AppDataSource.initialize().then(async ({ manager }) => {
    const book = await manager.save(manager.create(Notebook, { name: "one" }));
    const { id } = await manager.save(manager.create(Note, { notebook: book, title: "Hello" }));
    const note = await manager.findOneByOrFail(Note, { id });
    assert.ok(note.writtenAt instanceof Date);
    assert.equal(note.stars, 0);
    await manager.update(Note, id, { stars: 5 });
    await assert.rejects(manager.save(manager.create(Notebook, { name: "one" })));
    await assert.rejects(manager.save(manager.create(Note, { notebook: book, title: "x", stars: 6 })));
    await assert.rejects(manager.save(manager.create(Note, { notebook: book, title: "Hello" })));
    const { notes } = await manager.findOneOrFail(Notebook, { where: { id: book.id }, relations: { notes: true } });
    assert.deepEqual(notes.map(({ stars }) => stars), [5]);
    await manager.delete(Notebook, book.id);
    assert.equal(await manager.count(Note), 0);
    if (AppDataSource.options.type === "sqljs")
        await AppDataSource.sqljsManager.saveDatabase();
    await AppDataSource.destroy();
});
TS
}

# What synchronize() makes in another database: a name on PostgreSQL, a file on SQLite.
synchronize() {
    DATABASE=${DATABASE:+$1} run_ts <<TS
import { DataSource } from "typeorm";
import { AppDataSource } from "./data-source";

const there = process.env.DATABASE ? {} : { location: "$1", autoSave: true };
const other = new DataSource({ ...AppDataSource.options, ...there, synchronize: true } as any);
other.initialize().then(() => other.destroy());
TS
}

tell_the_story() {
    . "$_case/commands"
    use
    sed -i 's/^    text: string;/&\n\n    @Column({ length: 6, nullable: true })\n    colour?: string;/' src/note.ts
    commands README.md | tail -n 3 | sed 's/first tables/add colour/' >"$_case/commands"
    . "$_case/commands"
    grep -q colour versions/*add_colour.sql || fail 'there is no colour'
    use
}

scenario 'on SQLite' <<'EOS'
start
tell_the_story
synchronize orm.db
expect_agreement sqlite:///orm.db
EOS

scenario 'on PostgreSQL' <<'EOS'
start
on_postgresql
tell_the_story
make_orm_database
synchronize "$orm_database"
expect_agreement "$orm_url"
EOS

# Entities with what the ORM has. MORE: types of one kind of database, ENTITIES and views among them.
all_kinds() {
    cat >src/note.ts <<TS
import { Check, Column, CreateDateColumn, DeleteDateColumn, Entity, Exclusion, Index, JoinColumn, JoinTable, ManyToMany,
    ManyToOne, OneToOne, PrimaryColumn, PrimaryGeneratedColumn, TableInheritance, ChildEntity, Tree, TreeChildren,
    TreeParent, Unique, UpdateDateColumn, VersionColumn, ViewColumn, ViewEntity, Generated } from "typeorm";

@Entity("every thing")
@Check("big is big", "big > 0")
@Index(["day", "real"], { unique: true, where: "real > 7" })
export class Everything {
    @PrimaryGeneratedColumn("increment", { primaryKeyConstraintName: "its Key" }) id: number;
    @Column("bigint", { unique: true }) big: string;
    @Column({ nullable: true, name: "Char Ü", length: 3, default: "100%" }) char?: string;
    @Column("simple-json", { default: "{}" }) json: object;
    @Column("simple-array", { nullable: true }) list?: string[];
    @Column("date") day: string;
    @Column("decimal", { precision: 8, scale: 3 }) exact: string;
    @Column("real", { default: 1.5 }) real: number;
    @Column({ default: true }) flag: boolean;
    @Column({ type: "simple-enum", enum: ["a", "b c"], default: "a" }) kind: string;
    @Column({ generatedType: "STORED", asExpression: "id * 2", nullable: true }) twice: number;
    @CreateDateColumn() made: Date;
    @UpdateDateColumn() changed: Date;
    @DeleteDateColumn() gone?: Date;
    @VersionColumn() version: number;
    @Index() @Generated("uuid") @Column() key: string;
$1
}

@Entity()
export class Student {
    @PrimaryGeneratedColumn("uuid") id: string;
    @OneToOne(() => Everything, { onUpdate: "CASCADE" }) @JoinColumn() thing?: Everything;
}

@Entity()
export class Course {
    @PrimaryColumn() left: number;
    @PrimaryColumn() right: string;
    @ManyToMany(() => Student) @JoinTable() students: Student[];
}

@Entity()
export class Exam {
    @PrimaryColumn("int") id: number;
    @ManyToOne(() => Course, { onDelete: "SET NULL" }) course?: Course;
}

@Entity()
@Tree("closure-table")
export class Node {
    @PrimaryGeneratedColumn() id: number;
    @TreeParent() parent?: Node;
    @TreeChildren() children: Node[];
}

@Entity()
@TableInheritance({ column: { type: "varchar", name: "type" } })
export class Content {
    @PrimaryGeneratedColumn() id: number;
}

@ChildEntity()
export class Photo extends Content {
    @Column() size: string;
}

@ViewEntity({ expression: 'SELECT "id", "real" FROM "every thing" WHERE "real" > 2' })
export class Real {
    @ViewColumn() id: number;
}
$2
TS
    sed -i 's/^import { Note }.*/import * as all from ".\/src\/note";/; /Notebook }/d
        s/^const entities.*/const entities = Object.values(all);/' data-source.ts
}

make_all() {
    ln -s "$node_modules" node_modules
    mkdir versions
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate check
}

scenario 'what TypeORM has, on SQLite' <<'EOS'
start
all_kinds '@Column("blob", { nullable: true }) blob?: Buffer;' ''
make_all
synchronize orm.db
expect_agreement sqlite:///orm.db
EOS

scenario 'what TypeORM has, on PostgreSQL' <<'EOS'
start
on_postgresql
all_kinds '
    @Column("bytea", { nullable: true, comment: "what'"'"'s in it" }) blob?: Buffer;
    @Column("text", { array: true, default: "{}" }) texts: string[];
    @Column("jsonb", { default: { a: 1 } }) doc: object;
    @Column({ type: "enum", enum: ["x", "y"], array: true, default: ["x"] }) kinds: string[];
    @Column("timestamptz", { precision: 3, default: () => "now()" }) moment: Date;
    @Column("citext") folded: string;
    @Column("tstzrange", { nullable: true }) during?: string;' '
@Entity({ schema: "other Schema", comment: "elsewhere" })
@Exclusion("USING gist (during WITH &&)")
export class Elsewhere {
    @PrimaryGeneratedColumn("identity", { generatedIdentity: "ALWAYS" }) id: number;
    @Column("tstzrange") during: string;
    @Column({ type: "enum", enum: ["x"] }) kind: string;
    @ManyToOne(() => Student) student?: Student;
}

@ViewEntity({ materialized: true, dependsOn: ["Real"], expression: `SELECT count(*) AS "many" FROM "real"` })
export class Many {
    @Index() @ViewColumn() many: number;
}'
echo 'include_schemas = *' >>migrate.ini
make_all
make_orm_database
_psql "$orm_database" -c 'CREATE SCHEMA "other Schema"'
synchronize "$orm_database"
expect_agreement "$orm_url"
EOS

scenario 'one data source serves both kinds of database' <<'EOS'
start
ln -s "$node_modules" node_modules
run_ok migrate inspect model --url postgresql://postgres@/postgres?host="$cluster"
expect_out_like 'character varying\(80\)'
sed -i 's|^import "reflect.*|&\nconsole.log("CREATE nothing");|' data-source.ts
run_ok migrate inspect model
expect_out_like 'varchar\(80\)'
run_ok migrate diff empty model -v
expect_err_like '^.*CREATE nothing$'
EOS

scenario 'what is wrong is named' <<'EOS'
start
mkdir versions
wrong() {
    sed -i "s|^model.*|model = typeorm:$1|" migrate.ini
    run_fails 3 migrate check
    head -n 1 "$err" | grep -qF "error E208: model 'typeorm:$1': $2" || fail "$(cat "$err")"
    [ -z "${3:-}" ] || grep -qF "$3" "$err" || fail "$(cat "$err")"
}
wrong ./nowhere.ts "there is no file './nowhere.ts'"
wrong ./data-source.ts "there is neither package 'ts-node' nor 'tsx' to read './data-source.ts' with" 'npm install --save-dev ts-node typescript'
mkdir node_modules
ln -s "$node_modules/ts-node" "$node_modules/typescript" "$node_modules/reflect-metadata" node_modules
wrong ./data-source.ts "there is no package 'typeorm', which './data-source.ts' needs" 'npm install typeorm'
rm -r node_modules
ln -s "$node_modules" node_modules
wrong ./data-source.ts:Other "'./data-source.ts' has no export 'Other'"
wrong ./src/note.ts:Note "'./src/note.ts:Note' is no DataSource"
wrong ./src/note.ts "'./src/note.ts' exports no DataSource"
sed -i "s|^model.*|model = typeorm:./data-source.ts:AppDataSource|" migrate.ini
run_ok migrate inspect model
echo 'export default new DataSource({ type: "sqljs" });' >>data-source.ts
wrong ./data-source.ts "'./data-source.ts' exports several data sources" './data-source.ts:AppDataSource'
wrong ./data-source.ts:default 'the data source holds no entity'
echo 'throw new Error("no way");' >>src/note.ts
wrong ./data-source.ts "'./data-source.ts' cannot be imported: no way"
echo 'node = no-such-node' >>migrate.ini
run_fails 3 migrate check
expect_err_like "no-such-node"
expect_err_like "name it with 'node' in migrate.ini"
EOS
