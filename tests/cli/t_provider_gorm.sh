#!/bin/sh
# The example for GORM: its own AutoMigrate and a history of ours make the same schema, and the
# application works on ours. What the README says is typed.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_go
need_postgresql

start() {
    cp -R "$srcdir/examples/gorm-notes/." .
    chmod -R u+w .
}

on_postgresql() {
    fresh_database
    PGHOST=$cluster PGUSER=postgres DATABASE=$database DATABASE_URL=$url
    export PGHOST PGUSER DATABASE DATABASE_URL
}

# run_go BODY [ARGUMENT…]: that of a function with the database, which ends when must() gets an error.
run_go() {
    mkdir -p program
    cat >program/main.go <<GO
package main

import (
	"log"
	"os"

	"example.org/notes/models"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

var _ models.Notebook

func must(good bool, what any) {
	if !good {
		log.Fatal(what)
	}
}

func main() {
	dialector := sqlite.Open(os.Args[1] + "?_foreign_keys=on")
	if os.Getenv("DATABASE") != "" {
		dialector = postgres.Open("dbname=" + os.Args[1])
	}
	db, err := gorm.Open(dialector, &gorm.Config{})
	must(err == nil, err)
$1
}
GO
    shift
    go run ./program "$@" >log 2>&1 || fail "the program failed: $(cat log)"
}

use() {
    run_go '
	book := models.Notebook{Name: "one", Notes: []models.Note{{Title: "Hello"}}}
	must(db.Create(&book).Error == nil, "not created")
	var note models.Note
	must(db.First(&note, book.Notes[0].ID).Error == nil, "not found")
	must(note.Stars == 0 && !note.WrittenAt.IsZero(), note)
	must(db.Model(&note).Update("stars", 5).Error == nil, "not updated")
	must(db.Create(&models.Notebook{Name: "one"}).Error != nil, "one was taken")
	must(db.Model(&note).Update("stars", 6).Error != nil, "6 was taken")
	must(db.Create(&models.Note{NotebookID: book.ID, Title: "Hello"}).Error != nil, "Hello was taken")
	must(db.Create(&models.Note{NotebookID: 77, Title: "Hello"}).Error != nil, "77 was taken")
	must(db.Delete(&book).Error == nil, "not deleted")
	var count int64
	must(db.Model(&models.Note{}).Where("stars = 5").Count(&count).Error == nil && count == 0, count)
' "${DATABASE:-notes.db}"
}

# auto_migrate DATABASE [MODELS]: what AutoMigrate makes there.
auto_migrate() {
    run_go "	must(db.AutoMigrate(${2:-&models.Notebook{\}, &models.Note{\}}) == nil, \"not made\")" "$1"
}

tell_the_story() {
    commands README.md >"$_case/commands"
    . "$_case/commands" >log
    grep -q '^home: Water the flowers 0$' log || fail "$(cat log)"
    use
    sed -i 's/^	Text .*/&\n	Colour *string `gorm:"size:6"`/' models/models.go
    sed -n '2,4s/first tables/add colour/p; 3,4p' "$_case/commands" >"$_case/more"
    . "$_case/more"
    grep -q colour versions/*add_colour.sql || fail 'there is no colour'
    use
}

scenario 'on SQLite' <<'EOS'
start
tell_the_story
auto_migrate orm.db
expect_agreement sqlite:///orm.db
EOS

scenario 'on PostgreSQL' <<'EOS'
start
on_postgresql
tell_the_story
make_orm_database
auto_migrate "$orm_database"
expect_agreement "$orm_url"
EOS

# Models with what the ORM has; $1: fields of one kind of database.
all_kinds() {
    cat >models/models.go <<GO
package models

import (
	"database/sql"
	"time"

	"gorm.io/gorm"
)

type Notebook struct{}

type Base struct {
	Key  string \`gorm:"primaryKey;size:36"\`
	Made time.Time
}

type address struct {
	Street string
	City   string \`gorm:"index:,expression:lower(home_city)"\`
}

type Everything struct {
	gorm.Model
	Home     address \`gorm:"embedded;embeddedPrefix:home_"\`
	Flag     bool    \`gorm:"default:true"\`
	Big      uint64  \`gorm:"unique;check:big_is_big,big > 0"\`
	Real     float32 \`gorm:"default:1.5;index:partial,where:real > 7,sort:desc"\`
	Exact    float64 \`gorm:"type:numeric(8,3)"\`
	Odd      string  \`gorm:"column:Char Ü;size:3;not null;default:it's 100%"\`
	Blob     []byte  \`gorm:"comment:what's in it"\`
	Null     sql.NullString
	Day      *time.Time \`gorm:"type:date;uniqueIndex:two"\`
	Small    int8       \`gorm:"uniqueIndex:two"\`
	Secret   string     \`gorm:"-"\`
	Stamp    int64      \`gorm:"autoUpdateTime:milli"\`
	OwnerKey string
	Owner    Owner      \`gorm:"constraint:OnUpdate:CASCADE,OnDelete:SET NULL"\`
$1
}

func (Everything) TableName() string { return "every thing" }

type Owner struct {
	Base
	Friends   []*Owner   \`gorm:"many2many:friends"\`
	Languages []Language \`gorm:"many2many:owner_languages"\`
	Card      *Card
	ParentKey *string
	Parent    *Owner
}

type Card struct {
	ID       uint \`gorm:"primaryKey"\`
	OwnerKey string
}

type Language struct {
	Code string \`gorm:"primaryKey;size:2"\`
	Name string
}

type Composite struct {
	Left  int    \`gorm:"primaryKey;autoIncrement:false"\`
	Right string \`gorm:"primaryKey"\`
}

type Answer struct {
	ID   int
	Name string
}
GO
    mkdir versions
}

listed='&models.Owner{}, &models.Card{}, &models.Everything{}, &models.Language{}, &models.Composite{}'

make_all() {
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate check
}

scenario 'what GORM has, on SQLite' <<'EOS'
start
all_kinds ''
make_all
auto_migrate orm.db "$listed"
expect_agreement sqlite:///orm.db
EOS

scenario 'what GORM has, on PostgreSQL' <<'EOS'
start
on_postgresql
all_kinds '	Doc    string `gorm:"type:jsonb;default:{};index:,type:gin"`
	Moment time.Time `gorm:"type:timestamptz(3);default:now()"`'
make_all
make_orm_database
auto_migrate "$orm_database" "$listed"
expect_agreement "$orm_url"
EOS

scenario 'a list, a function and one that migrates itself say which models there are' <<'EOS'
start
model() {
    sed -i "s|^model.*|model = gorm:./models:$1|" migrate.ini
    run_ok migrate inspect model
    grep -o '^CREATE TABLE [a-z_`"]*' "$out" | tr -d '\n`"'  >got
    printf '%s' "$2" >expected
    expect_same expected got
}
cat >models/lists.go <<'GO'
package models

import "gorm.io/gorm"

type Tag struct {
	gorm.Model
	Notes []Note `gorm:"many2many:note_tags"`
}

func init() { println("hello"); print("CREATE nothing") }

var Some = []*Notebook{{}}

func All() []any { return []any{&Tag{}, &Note{}, &Notebook{}} }

func Migrate(db *gorm.DB) error {
	db.NamingStrategy = schemaNames{db.NamingStrategy}
	if err := db.AutoMigrate(&Notebook{}); err != nil {
		return err
	}
	return db.Transaction(func(tx *gorm.DB) error {
		if err := tx.AutoMigrate(&Note{}, &Notebook{}); err != nil {
			return err
		}
		tx.Create(&Notebook{Name: "first"})
		return tx.Exec("CREATE INDEX plain ON my_notes (stars)").Error
	})
}
GO
cat >models/names.go <<'GO'
package models

import "gorm.io/gorm/schema"

type schemaNames struct{ schema.Namer }

func (s schemaNames) TableName(name string) string { return "my_" + s.Namer.TableName(name) }
GO
model Some 'CREATE TABLE notebooks'
model All 'CREATE TABLE notebooksCREATE TABLE notesCREATE TABLE tagsCREATE TABLE note_tags'
model Migrate 'CREATE TABLE my_notebooksCREATE TABLE my_notes'
grep -q plain "$out" || fail 'the index is missing'
echo 'var Models = All()' >>models/lists.go
sed -i 's/:Migrate$//' migrate.ini
run_ok migrate inspect model
expect_out_like note_tags
EOS

scenario 'another dialector for SQLite serves as well' <<'EOS'
start
cp -R "$GOMODCACHE"/gorm.io/driver/sqlite@* other
chmod -R u+w other
(cd other && go mod edit -module github.com/glebarez/sqlite)
mkdir lib
printf 'module example.org/lib\n\ngo 1.18\n\nrequire gorm.io/driver/sqlite %s\n' \
    "$(sed -n 's/^.*gorm.io\/driver\/sqlite //p' go.mod)" >lib/go.mod
go mod edit -droprequire gorm.io/driver/sqlite -require github.com/glebarez/sqlite@v1.0.0 \
    -replace github.com/glebarez/sqlite=./other -require example.org/lib@v1.0.0 -replace example.org/lib=./lib
run_ok migrate inspect model
expect_out_like 'CREATE TABLE .?notebooks'
EOS

scenario 'what is wrong is named' <<'EOS'
start
mkdir versions
wrong() {
    sed -i "s|^model.*|model = gorm:$1|" migrate.ini
    run_fails 3 migrate check
    grep -qF "error E208: model 'gorm:$1': $2" "$err" || fail "$(cat "$err")"
    [ -z "${3:-}" ] || grep -qF "$3" "$err" || fail "$(cat "$err")"
}
wrong ./nowhere "there is no folder './nowhere'"
wrong . "the package of '.' is a program, which cannot be imported" 'package of their own'
wrong ./versions "'./versions' is no package: no Go files in"
wrong ./models:Nothing "the package of './models' has no exported variable or function 'Nothing'"
cat >>models/models.go <<'GO'

var Number = 7
var None []any
func Broken() []any { return []any{7} }
func Panics() []any { panic("no way") }
GO
wrong ./models:Number "'./models:Number' is of type 'int', not a list of models"
wrong ./models:None "'./models:None' holds no model"
wrong ./models:Broken "GORM cannot write the tables for sqlite: unsupported data type"
wrong ./models:Panics "GORM cannot write the tables: no way"
echo 'var wrong int = "text"' >>models/models.go
wrong ./models "the package of './models' cannot be compiled" 'models.go:27:'
mkdir other
printf 'package other\n\ntype Plain struct{ ID int }\n' >other/other.go
wrong ./other "the package of './other' has no struct with gorm tags" 'var Models = []any{&User{}}'
sed -i /driver/d go.mod
sed -i '$d' models/models.go
wrong ./models "there is no package 'gorm.io/driver/sqlite' in the module of the models" 'go get gorm.io/driver/sqlite'
rm go.mod
wrong ./models "'./models' is in no module" 'go mod init'
echo 'go = no-such-go' >>migrate.ini
run_fails 3 migrate check
expect_err_like 'no-such-go'
expect_err_like "name it with 'go' in migrate.ini"
EOS
