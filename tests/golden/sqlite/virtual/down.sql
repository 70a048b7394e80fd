-- hazard: data-loss: drops virtual table "my geo"
DROP TABLE "my geo";

-- hazard: data-loss: drops virtual table search
DROP TABLE search;

CREATE VIRTUAL TABLE geo USING rtree(id, min_x, max_x, +name TEXT);

CREATE VIRTUAL TABLE search USING fts5(body, content='doc', content_rowid='id', tokenize = 'porter');

-- hazard: data-loss: drops column doc.title
ALTER TABLE doc DROP COLUMN title;
