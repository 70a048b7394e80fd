// Package record runs GORM's AutoMigrate on a database that is new and empty, and only writes down
// what it is told. It is compiled as a part of the models' own module, with the GORM that it uses.
package record

import (
	"database/sql"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime/debug"
	"sort"
	"strings"

	"gorm.io/gorm"
)

// Run writes the statements for models to the file that MIGRATE_GORM_OUTPUT names. What stands for the
// models is called target in messages; dialector makes that of the database's kind for a connection.
func Run(target string, models any, dialector func(gorm.ConnPool) gorm.Dialector) {
	statements, err := statements(target, models, dialector)
	if err == nil && len(statements) == 0 {
		err = fmt.Errorf("'%s' holds no model", target)
	}
	if err == nil {
		text := strings.Join(statements, ";\n\n") + ";\n"
		err = os.WriteFile(os.Getenv("MIGRATE_GORM_OUTPUT"), []byte(text), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", strings.Join(strings.Fields(err.Error()), " "))
		os.Exit(1)
	}
}

func statements(target string, models any, dialector func(gorm.ConnPool) gorm.Dialector) (made []string, err error) {
	recorder := &recorder{}
	defer func() {
		if cause := recover(); cause != nil {
			os.Stderr.Write(debug.Stack())
			err = fmt.Errorf("GORM cannot write the tables: %v", cause)
		}
	}()
	db, err := gorm.Open(dialector(sql.OpenDB(recorder)), &gorm.Config{DisableAutomaticPing: true})
	if err != nil {
		return nil, fmt.Errorf("GORM cannot be set up: %w", err)
	}
	recorder.statements = nil
	if err = migrate(db, target, models); err != nil {
		return nil, err
	}
	return append(schemas(db, recorder.statements), recorder.statements...), nil
}

func migrate(db *gorm.DB, target string, models any) error {
	var err error
	switch models := models.(type) {
	case func(*gorm.DB) error:
		err = models(db)
	case func() []any:
		err = autoMigrate(db, models())
	default:
		list := reflect.ValueOf(models)
		if list.Kind() != reflect.Slice {
			return fmt.Errorf("'%s' is of type '%T', not a list of models, a function that returns one, "+
				"or one that takes a *gorm.DB and returns an error", target, models)
		}
		values := make([]any, list.Len())
		for i := range values {
			values[i] = list.Index(i).Interface()
		}
		err = autoMigrate(db, values)
	}
	if err != nil {
		return fmt.Errorf("GORM cannot write the tables for %s: %w", dialects[db.Name()], err)
	}
	return nil
}

// autoMigrate lets GORM see all models before it orders any: that one has many of another, only the
// first of the two says.
func autoMigrate(db *gorm.DB, models []any) error {
	for _, model := range models {
		if err := (&gorm.Statement{DB: db}).Parse(model); err != nil {
			return err
		}
	}
	return db.AutoMigrate(models...)
}

var dialects = map[string]string{"sqlite": "sqlite", "postgres": "postgresql"}

var tableInSchema = regexp.MustCompile(`^CREATE TABLE "((?:[^"]|"")+)"\."`)

// GORM supposes that the schemas are there that its tables are in.
func schemas(db *gorm.DB, statements []string) (made []string) {
	if db.Name() != "postgres" {
		return nil
	}
	known := map[string]bool{"public": true}
	for _, statement := range statements {
		if found := tableInSchema.FindStringSubmatch(statement); found != nil && !known[found[1]] {
			known[found[1]] = true
			made = append(made, `CREATE SCHEMA IF NOT EXISTS "`+found[1]+`"`)
		}
	}
	sort.Strings(made)
	return made
}
