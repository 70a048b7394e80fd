-- create posts
--
-- revision: 8d2f05c6e1b7
-- down_revision: 4b1e7a90c2d3
-- branch_labels:
-- depends_on:
-- created: 2026-11-21T11:01:53Z

-- migrate: upgrade
CREATE TABLE posts (
    id         integer PRIMARY KEY,
    user_id    integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      text NOT NULL,
    content    text NOT NULL,
    created_at text NOT NULL DEFAULT current_timestamp
);

CREATE INDEX posts_user_id ON posts (user_id, created_at DESC);

-- migrate: downgrade
-- hazard: data-loss: drops table posts
DROP TABLE posts;
