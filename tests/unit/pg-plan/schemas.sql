-- from
CREATE SCHEMA "My App";
CREATE TABLE "My App".t (id serial PRIMARY KEY);
CREATE TABLE t (id serial PRIMARY KEY, o int REFERENCES "My App".t);
CREATE INDEX "Ix" ON "My App".t (id);
-- to
CREATE SCHEMA "My App";
CREATE SCHEMA z;
CREATE TABLE "My App".t (id bigserial PRIMARY KEY, "Käse" text);
CREATE TABLE t (id serial PRIMARY KEY, o bigint REFERENCES "My App".t);
CREATE TYPE z.mood AS ENUM ('x');
CREATE TABLE z.t (m z.mood DEFAULT 'x');
CREATE UNIQUE INDEX "Ix" ON "My App".t ("Käse");
