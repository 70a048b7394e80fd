CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT, title TEXT);
CREATE VIRTUAL TABLE search USING fts5(body, title, content='doc', content_rowid='id');
CREATE VIRTUAL TABLE "my geo" USING rtree(id, min_x, max_x, min_y, max_y);
CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN
    INSERT INTO search (rowid, body) VALUES (new.id, new.body);
END;
CREATE VIEW found AS SELECT * FROM search;
