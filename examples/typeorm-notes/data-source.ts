import "reflect-metadata";
import { DataSource } from "typeorm";
import { Note } from "./src/note";
import { Notebook } from "./src/notebook";

const entities = [Note, Notebook];
const database = process.env.DATABASE;

/** Where the notes are: in that PostgreSQL database with DATABASE set, or in a file. sql.js needs no compiler;
 * it reads the file once, and sqljsManager.saveDatabase() writes it. */
export const AppDataSource = new DataSource(
    database
        ? { type: "postgres", database, entities }
        : { type: "sqljs", location: "notes.db", entities },
);
