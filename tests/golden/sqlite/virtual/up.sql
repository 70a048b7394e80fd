-- hazard: data-loss: drops virtual table geo
DROP TABLE geo;

-- hazard: data-loss: drops virtual table search
DROP TABLE search;

CREATE VIRTUAL TABLE "my geo" USING rtree(id, min_x, max_x, min_y, max_y);

CREATE VIRTUAL TABLE search USING fts5(body, title, content='doc', content_rowid='id');

ALTER TABLE doc ADD COLUMN title TEXT;
