// The notes on the command line: `go run . add NOTEBOOK TITLE`, `go run . list`. They are in notes.db, or with
// DATABASE set in that PostgreSQL database.
package main

import (
	"fmt"
	"log"
	"os"

	"example.org/notes/models"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

func open() (*gorm.DB, error) {
	if name, ok := os.LookupEnv("DATABASE"); ok {
		return gorm.Open(postgres.Open("dbname="+name), &gorm.Config{})
	}
	return gorm.Open(sqlite.Open("notes.db?_foreign_keys=on"), &gorm.Config{})
}

func add(db *gorm.DB, notebook, title string) error {
	book := models.Notebook{Name: notebook}
	if err := db.Where(&book).FirstOrCreate(&book).Error; err != nil {
		return err
	}
	return db.Create(&models.Note{NotebookID: book.ID, Title: title}).Error
}

func list(db *gorm.DB) error {
	var books []models.Notebook
	if err := db.Preload("Notes").Order("name").Find(&books).Error; err != nil {
		return err
	}
	for _, book := range books {
		for _, note := range book.Notes {
			fmt.Printf("%s: %s %d\n", book.Name, note.Title, note.Stars)
		}
	}
	return nil
}

func main() {
	db, err := open()
	if err == nil && len(os.Args) == 4 && os.Args[1] == "add" {
		err = add(db, os.Args[2], os.Args[3])
	} else if err == nil {
		err = list(db)
	}
	if err != nil {
		log.Fatal(err)
	}
}
