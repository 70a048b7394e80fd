-- hazard: data-loss: drops table t
DROP TABLE t;
