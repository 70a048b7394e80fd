-- create users
--
-- revision: 4b1e7a90c2d3
-- down_revision:
-- branch_labels:
-- depends_on:
-- created: 2026-11-21T11:01:53Z

-- migrate: upgrade
CREATE TABLE users (
    id       integer PRIMARY KEY,
    username text NOT NULL UNIQUE,
    email    text NOT NULL UNIQUE
);

-- migrate: downgrade
-- hazard: data-loss: drops table users
DROP TABLE users;
