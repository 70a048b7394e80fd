-- The blog's schema as it should be. Edit it, then:
--
--     migrate revision --autogenerate -m "what changed"
--     migrate upgrade head

CREATE TABLE users (
    id       integer PRIMARY KEY,
    username text NOT NULL UNIQUE,
    email    text NOT NULL UNIQUE,
    age      integer CHECK (age >= 0)
);

CREATE TABLE posts (
    id         integer PRIMARY KEY,
    user_id    integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      text NOT NULL,
    content    text NOT NULL,
    created_at text NOT NULL DEFAULT current_timestamp
);

CREATE INDEX posts_user_id ON posts (user_id, created_at DESC);
