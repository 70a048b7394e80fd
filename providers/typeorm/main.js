#!/usr/bin/env node
"use strict";

// Prints TypeORM entities as DDL: migrate's `model = typeorm:FILE` and `model = typeorm:FILE:EXPORT`.

const { parseArgs } = require("node:util");
const { ProviderError } = require("./error");
const { dialects, statements } = require("./ddl");
const { loadDataSource } = require("./load");

const usage = "usage: migrate-typeorm [--dialect sqlite|postgresql] FILE[:EXPORT]";

function parse() {
    const more = (process.env.MIGRATE_MODEL_ARGS || "").split(/\s+/).filter(Boolean);
    const options = { dialect: { type: "string", default: process.env.MIGRATE_DIALECT || "" } };
    let parsed;
    try {
        const args = [...process.argv.slice(2), ...more];
        parsed = parseArgs({ args, options, allowPositionals: true });
    } catch (error) {
        const [message] = error.message.split(/\.\s/);
        throw new ProviderError(message[0].toLowerCase() + message.slice(1));
    }
    const { values, positionals } = parsed;
    if (positionals.length !== 1)
        throw new ProviderError(usage);
    if (!dialects.includes(values.dialect))
        throw new ProviderError(
            `'${values.dialect}' is no dialect for models; there are ${dialects.join(" and ")}`,
        );
    return { target: positionals[0], dialect: values.dialect };
}

/** Standard output for DDL alone: what the entities' own code prints goes to standard error. */
function takeOutput() {
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = process.stderr.write.bind(process.stderr);
    return write;
}

function tell(error) {
    if (!(error instanceof ProviderError))
        throw error;
    if (error.cause)
        console.error(error.cause.stack || String(error.cause));
    console.error(`error: ${error.message.replace(/\s+/g, " ")}`);
    if (error.hint)
        console.error(`hint: ${error.hint}`);
}

async function main() {
    const write = takeOutput();
    let text;
    try {
        const { target, dialect } = parse();
        const dataSource = await loadDataSource(target);
        text = (await statements(dataSource, dialect)).map((each) => `${each};\n\n`).join("");
    } catch (error) {
        tell(error);
        process.exit(1);
    }
    // The module may have left a connection or a timer behind.
    write(text, () => process.exit(0));
}

main();
