"use strict";

// Entities as statements, as TypeORM's own synchronize() makes the tables.

const { ProviderError } = require("./error");

const types = { sqlite: "better-sqlite3", postgresql: "postgres" };

/** A data source of the dialect with the same entities and options. It never connects, and loads no
 * driver's package. */
function makeDataSource(original, dialect) {
    const { options } = original;
    return new original.constructor({
        ...options,
        type: types[dialect],
        driver: class {},
        nativeDriver: {},
        replication: undefined,
        database: dialect === "sqlite" ? ":memory:" : "migrate",
        migrations: [],
        subscribers: [],
        logging: false,
    });
}

/** What a server would answer: that it is new and empty. */
async function answer(query) {
    if (/\bcurrent_schema\b/i.test(query))
        return [{ current_schema: "public" }];
    if (/\bcurrent_database\b/i.test(query))
        return [{ current_database: "migrate" }];
    return [];
}

function cutOff(driver, take) {
    const createQueryRunner = driver.createQueryRunner.bind(driver);
    driver.createQueryRunner = (mode) => Object.assign(createQueryRunner(mode), { query: answer });
    driver.obtainMasterConnection = async () => [undefined, async () => {}];
    driver.executeQuery = async (_, query) => take(query);
}

/** PostgreSQL as it is once connected; extensions are made on connecting. */
async function connect(dataSource, driver) {
    driver.version = "17.0";
    driver.searchSchema = "public";
    driver.schema ??= driver.searchSchema;
    await driver.afterConnect();
    const schemas = [driver.schema, ...dataSource.entityMetadatas.map((each) => each.schema)];
    return [...new Set(schemas)].filter((name) => name && name !== driver.searchSchema).sort();
}

/** The table in which TypeORM keeps the text of views and generated columns: synchronize() makes it,
 * log() supposes that it is there. */
async function metadataTable(dataSource, builder) {
    const runner = dataSource.createQueryRunner();
    runner.enableSqlMemory();
    await builder.createMetadataTableIfNecessary(runner);
    const made = runner.getMemorySql().upQueries;
    runner.disableSqlMemory();
    runner.clearSqlMemory();
    return made;
}

async function record(dataSource, dialect) {
    const { driver } = dataSource;
    const taken = [];
    cutOff(driver, (query) => taken.push(query));
    await dataSource.buildMetadatas();
    if (dialect === "postgresql")
        for (const name of await connect(dataSource, driver))
            taken.push(`CREATE SCHEMA IF NOT EXISTS "${name}"`);
    const builder = driver.createSchemaBuilder();
    const queries = [...(await metadataTable(dataSource, builder)), ...(await builder.log()).upQueries];
    taken.push(...queries.map(({ query }) => query));
    // Rows: those of the table above, and none on SQLite, where tables with foreign keys are made twice.
    return taken.map((query) => query.trim().replace(/;$/, "")).filter((query) => !/^INSERT /.test(query));
}

const dialects = Object.keys(types);

/** What makes all tables, in order. */
async function statements(original, dialect) {
    let taken;
    try {
        taken = await record(makeDataSource(original, dialect), dialect);
    } catch (error) {
        throw new ProviderError(`TypeORM cannot write the tables for ${dialect}: ${error.message}`, undefined, error);
    }
    if (taken.length === 0)
        throw new ProviderError(
            "the data source holds no entity",
            "Name them in its 'entities'; patterns are relative to the folder of migrate.ini.",
        );
    return taken;
}

module.exports = { dialects, statements };
