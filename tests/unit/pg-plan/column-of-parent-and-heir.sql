-- from
CREATE TABLE stays (a int, shared text);
CREATE TABLE stays_heir (shared text, b int) INHERITS (stays);
CREATE TABLE goes (a int, gone text);
CREATE TABLE goes_heir (gone text, kept text) INHERITS (goes);
CREATE TABLE gets (a int);
CREATE TABLE gets_heir (n text, b int) INHERITS (gets);
INSERT INTO gets_heir VALUES (1, '2', 3);
-- to
CREATE TABLE stays (a int, shared int);
CREATE TABLE stays_heir (shared int, b int) INHERITS (stays);
CREATE TABLE goes (a int);
CREATE TABLE goes_heir (kept text) INHERITS (goes);
CREATE TABLE gets (a int, n int);
CREATE TABLE gets_heir (b int) INHERITS (gets);
