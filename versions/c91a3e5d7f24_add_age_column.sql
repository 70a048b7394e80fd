-- add age column
--
-- revision: c91a3e5d7f24
-- down_revision: 8d2f05c6e1b7
-- branch_labels:
-- depends_on:
-- created: 2026-11-21T11:01:53Z

-- migrate: upgrade
-- hazard: fails-on-data: new column users.age has a CHECK, which every row must pass
ALTER TABLE users ADD COLUMN age      integer CHECK (age >= 0);

-- migrate: downgrade
-- hazard: data-loss: drops column users.age
ALTER TABLE users DROP COLUMN age;
