package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// The name that says which models there are, when a package has it.
const conventional = "Models"

// A source is what the files of a package say, before it is compiled.
type source struct {
	names    map[string]bool            // of functions and variables
	structs  map[string]*ast.StructType // exported or not
	tables   map[string]bool            // types with a method TableName
	embedded map[string]bool            // types that stand in others
}

func readSource(found *listed) (*source, error) {
	read := &source{map[string]bool{}, map[string]*ast.StructType{}, map[string]bool{}, map[string]bool{}}
	files := token.NewFileSet()
	for _, name := range found.GoFiles {
		file, err := parser.ParseFile(files, filepath.Join(found.Dir, name), nil, 0)
		if err != nil {
			return nil, err
		}
		for _, declared := range file.Decls {
			read.declared(declared)
		}
	}
	for _, declared := range read.structs {
		for _, field := range declared.Fields.List {
			if len(field.Names) == 0 || strings.Contains(tag(field), "embedded") {
				read.embedded[typeName(field.Type)] = true
			}
		}
	}
	return read, nil
}

func (s *source) declared(declared ast.Decl) {
	switch declared := declared.(type) {
	case *ast.FuncDecl:
		if declared.Recv == nil {
			s.names[declared.Name.Name] = true
		} else if declared.Name.Name == "TableName" {
			s.tables[typeName(declared.Recv.List[0].Type)] = true
		}
	case *ast.GenDecl:
		for _, spec := range declared.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					s.names[name.Name] = declared.Tok == token.VAR
				}
			case *ast.TypeSpec:
				if structure, ok := spec.Type.(*ast.StructType); ok && spec.TypeParams == nil {
					s.structs[spec.Name.Name] = structure
				}
			}
		}
	}
}

// typeName is that of T, *T and package.T.
func typeName(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.StarExpr:
		return typeName(expression.X)
	case *ast.Ident:
		return expression.Name
	case *ast.SelectorExpr:
		return fmt.Sprintf("%s.%s", typeName(expression.X), expression.Sel.Name)
	}
	return ""
}

func tag(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	text, _ := strconv.Unquote(field.Tag.Value)
	return reflect.StructTag(text).Get("gorm")
}

// isModel says whether GORM is told something of a struct: by a tag, by gorm.Model in it, or in one
// that stands in it.
func (s *source) isModel(name string) bool {
	if name == "gorm.Model" || s.tables[name] {
		return true
	}
	structure := s.structs[name]
	if structure == nil {
		return false
	}
	delete(s.structs, name) // a struct may hold a pointer to itself
	defer func() { s.structs[name] = structure }()
	for _, field := range structure.Fields.List {
		if tag(field) != "" || len(field.Names) == 0 && s.isModel(typeName(field.Type)) {
			return true
		}
	}
	return false
}

func (s *source) models() (names []string) {
	for name := range s.structs {
		if ast.IsExported(name) && !s.embedded[name] {
			names = append(names, name)
		}
	}
	models := names[:0]
	for _, name := range names {
		if s.isModel(name) {
			models = append(models, name)
		}
	}
	sort.Strings(models)
	return models
}

// findModels returns the models as an expression in Go: what the target names, what the package
// calls Models, or the structs that look like models.
func findModels(given *arguments, found *listed) (string, error) {
	read, err := readSource(found)
	if err != nil {
		return "", fail("", "the package of '%s' cannot be read: %s", given.folder, err)
	}
	name := given.name
	if name == "" && read.names[conventional] {
		name = conventional
	}
	if name != "" {
		if !read.names[name] || !ast.IsExported(name) {
			return "", fail("", "the package of '%s' has no exported variable or function '%s'", given.folder, name)
		}
		return "models." + name, nil
	}
	models := read.models()
	if len(models) == 0 {
		return "", fail("Let a variable '"+conventional+"' of its type '[]any' list them, as in `var Models = []any{&User{}}`.",
			"the package of '%s' has no struct with gorm tags", given.folder)
	}
	return "[]any{&models." + strings.Join(models, "{}, &models.") + "{}}", nil
}
