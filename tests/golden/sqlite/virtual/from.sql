CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE search USING fts5(body, content='doc', content_rowid='id', tokenize = 'porter');
CREATE VIRTUAL TABLE geo USING rtree(id, min_x, max_x, +name TEXT);
CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN
    INSERT INTO search (rowid, body) VALUES (new.id, new.body);
END;
CREATE VIEW found AS SELECT * FROM search;
