module migrate-gorm

go 1.18
