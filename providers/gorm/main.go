// Command migrate-gorm prints GORM models as DDL: migrate's `model = gorm:FOLDER` and
// `model = gorm:FOLDER:NAME`.
//
// Go can only look into a package that it compiles. So a small program is laid over the models' own
// module, beside their package and only in the compiler's eyes, that hands the models to GORM.
package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

//go:embed record/record.go record/driver.go
var recordSources embed.FS

// A failure is an error with what to do about it, and what was said before.
type failure struct {
	message, hint, detail string
}

func (f *failure) Error() string { return f.message }

func fail(hint, format string, values ...any) error {
	return &failure{message: fmt.Sprintf(format, values...), hint: hint}
}

// Packages with GORM's dialectors: of those for a dialect the first that the module has is taken.
var dialectors = map[string][]string{
	"sqlite":     {"gorm.io/driver/sqlite", "github.com/glebarez/sqlite"},
	"postgresql": {"gorm.io/driver/postgres"},
}

type arguments struct {
	folder, name, dialect string
}

func (a *arguments) target() string {
	return strings.TrimSuffix(a.folder+":"+a.name, ":")
}

func parse(words []string) (*arguments, error) {
	parsed := &arguments{dialect: os.Getenv("MIGRATE_DIALECT")}
	var targets []string
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == "--dialect" && i+1 < len(words):
			i++
			parsed.dialect = words[i]
		case strings.HasPrefix(word, "--dialect="):
			parsed.dialect = strings.TrimPrefix(word, "--dialect=")
		case strings.HasPrefix(word, "-"):
			return nil, fail("", "unknown option '%s'", word)
		default:
			targets = append(targets, word)
		}
	}
	if len(targets) != 1 {
		return nil, fail("", "usage: migrate-gorm [--dialect sqlite|postgresql] FOLDER[:NAME]")
	}
	if dialectors[parsed.dialect] == nil {
		return nil, fail("", "'%s' is no dialect for models; there are sqlite and postgresql", parsed.dialect)
	}
	parsed.folder, parsed.name, _ = strings.Cut(targets[0], ":")
	return parsed, nil
}

// goCommand is the one that this was compiled with, while it is there.
func goCommand() string {
	path := filepath.Join(runtime.GOROOT(), "bin", "go")
	if _, err := os.Stat(path); err != nil {
		return "go"
	}
	return path
}

func goTool(words ...string) ([]byte, error) {
	command := exec.Command(goCommand(), words...)
	output, err := command.Output()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return nil, &failure{message: "`go " + words[0] + "` failed", detail: string(ended.Stderr)}
	}
	return output, err
}

type listed struct {
	Dir, ImportPath, Name string
	GoFiles               []string
	Error                 *struct{ Err string }
}

func findPackage(folder string) (*listed, error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		here, _ := os.Getwd()
		return nil, fail("It was looked for in '"+here+"'.", "there is no folder '%s'", folder)
	}
	if module, err := goTool("env", "GOMOD"); err != nil {
		return nil, err
	} else if path := strings.TrimSpace(string(module)); path == "" || path == os.DevNull {
		return nil, fail("Make one with `go mod init`.", "'%s' is in no module", folder)
	}
	path := folder
	if !filepath.IsAbs(path) {
		path = "./" + filepath.ToSlash(path)
	}
	output, err := goTool("list", "-e", "-json=Dir,ImportPath,Name,GoFiles,Error", path)
	if err != nil {
		return nil, err
	}
	found := &listed{}
	if err := json.Unmarshal(output, found); err != nil {
		return nil, err
	}
	switch {
	case found.Name == "main":
		return nil, fail("Move the models to a package of their own.",
			"the package of '%s' is a program, which cannot be imported", folder)
	case len(found.GoFiles) == 0 && found.Error != nil:
		return nil, fail("", "'%s' is no package: %s", folder, found.Error.Err)
	}
	return found, nil
}

func findDialector(dialect string) (string, error) {
	paths := dialectors[dialect]
	for _, path := range paths {
		// Each on its own: one that is only known to a module that the module needs is an error.
		if _, err := goTool("list", path); err == nil {
			return path, nil
		}
	}
	return "", fail("Add it with `go get "+paths[0]+"`.",
		"there is no package '%s' in the module of the models", paths[0])
}

func program(given *arguments, found *listed, dialector, models string) string {
	made := "&dialector.Dialector{Conn: pool}"
	if given.dialect == "postgresql" {
		made = "dialector.New(dialector.Config{Conn: pool})"
	}
	return fmt.Sprintf(`package main

import (
	dialector %q
	"gorm.io/gorm"
	models %q
	%q
)

func main() {
	record.Run(%q, %s, func(pool gorm.ConnPool) gorm.Dialector { return %s })
}
`, dialector, found.ImportPath, found.ImportPath+"/migrate_gorm/record", given.target(), models, made)
}

// overlay writes the program to the folder, with the file that lays it beside the models' package.
func overlay(folder string, found *listed, source string) (string, error) {
	replace := map[string]string{}
	lay := func(name string, text []byte) error {
		path := filepath.Join(folder, filepath.Base(name))
		replace[filepath.Join(found.Dir, "migrate_gorm", name)] = path
		return os.WriteFile(path, text, 0o600)
	}
	if err := lay("main.go", []byte(source)); err != nil {
		return "", err
	}
	for _, name := range []string{"record/record.go", "record/driver.go"} {
		text, err := recordSources.ReadFile(name)
		if err != nil {
			return "", err
		}
		if err := lay(name, text); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

// produce returns the statements. What the models' own code prints goes to standard error.
func produce(given *arguments) ([]byte, error) {
	found, err := findPackage(given.folder)
	if err != nil {
		return nil, err
	}
	models, err := findModels(given, found)
	if err != nil {
		return nil, err
	}
	dialector, err := findDialector(given.dialect)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "migrate-gorm")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path, err := overlay(folder, found, program(given, found, dialector, models))
	if err != nil {
		return nil, err
	}
	built := filepath.Join(folder, "program")
	if _, err := goTool("build", "-buildvcs=false", "-overlay", path, "-ldflags=-s -w", "-o", built, found.ImportPath+"/migrate_gorm"); err != nil {
		err.(*failure).message = fmt.Sprintf("the package of '%s' cannot be compiled", given.folder)
		return nil, err
	}
	output := filepath.Join(folder, "output")
	command := exec.Command(built)
	command.Env = append(os.Environ(), "MIGRATE_GORM_OUTPUT="+output)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	if err := command.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(output)
}

func tell(err error) {
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return
	}
	var known *failure
	if errors.As(err, &known) {
		fmt.Fprint(os.Stderr, known.detail)
	}
	fmt.Fprintln(os.Stderr, "error:", strings.Join(strings.Fields(err.Error()), " "))
	if known != nil && known.hint != "" {
		fmt.Fprintln(os.Stderr, "hint:", known.hint)
	}
}

// Without cgo, the driver for SQLite is a stub, which is all that is needed: nothing is connected to,
// and it takes a minute to compile.
func leaveOutC(dialect string) {
	if _, ok := os.LookupEnv("CGO_ENABLED"); !ok && dialect == "sqlite" {
		os.Setenv("CGO_ENABLED", "0")
	}
}

func main() {
	words := append(os.Args[1:], strings.Fields(os.Getenv("MIGRATE_MODEL_ARGS"))...)
	given, err := parse(words)
	var output []byte
	if err == nil {
		leaveOutC(given.dialect)
		output, err = produce(given)
	}
	if err != nil {
		tell(err)
		os.Exit(1)
	}
	os.Stdout.Write(output)
}
