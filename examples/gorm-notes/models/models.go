// Package models holds notes in notebooks.
package models

import "time"

// Notebook holds notes.
type Notebook struct {
	ID    uint   `gorm:"primaryKey"`
	Name  string `gorm:"size:80;not null;unique"`
	Notes []Note `gorm:"constraint:OnDelete:CASCADE"`
}

// Note is a text with up to five stars.
type Note struct {
	ID         uint      `gorm:"primaryKey"`
	NotebookID uint      `gorm:"not null;uniqueIndex:notebook_title"`
	Title      string    `gorm:"size:255;not null;uniqueIndex:notebook_title"`
	Text       string    `gorm:"not null;default:''"`
	Stars      int16     `gorm:"not null;default:0;check:stars BETWEEN 0 AND 5"`
	WrittenAt  time.Time `gorm:"not null;autoCreateTime;index"`
}
