"use strict";

// Finds a data source, with errors that name what is missing.

const fs = require("node:fs");
const { createRequire, register } = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { ProviderError } = require("./error");

function splitTarget(target) {
    const [, file, name] = /^(.*?)(?::([^:/\\]*))?$/s.exec(target);
    if (!file)
        throw new ProviderError(`'${target}' names no file`, "Write it as in ./data-source.ts.");
    if (!fs.existsSync(file))
        throw new ProviderError(`there is no file '${file}'`, `It was looked for in '${process.cwd()}'.`);
    return { file, name };
}

/** Whether Node takes a file for an ECMAScript module. */
function isModule(file) {
    if (/\.m[jt]s$/.test(file))
        return true;
    if (/\.c[jt]s$/.test(file))
        return false;
    for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
        const description = path.join(folder, "package.json");
        if (fs.existsSync(description))
            return JSON.parse(fs.readFileSync(description, "utf8")).type === "module";
        if (folder === path.dirname(folder))
            return false;
    }
}

/** Whether `node = …` in migrate.ini or NODE_OPTIONS already name what reads TypeScript. */
function hasLoader() {
    const words = [...process.execArgv, ...(process.env.NODE_OPTIONS || "").split(/\s+/)];
    return words.some((word) => /^(-r|--require|--import|--loader|--experimental-loader)(=|$)/.test(word));
}

/** Node itself does not read decorators: one of the project's own packages has to. */
const loaders = {
    "ts-node": (from, file) => {
        process.env.TS_NODE_TRANSPILE_ONLY ??= "true";
        process.env.TS_NODE_CWD ??= path.dirname(file);
        if (isModule(file))
            register("ts-node/esm", pathToFileURL(file));
        else
            from("ts-node").register();
    },
    tsx: (from) => import(pathToFileURL(from.resolve("tsx")).href),
};

async function registerLoader(file, given) {
    const from = createRequire(file);
    for (const [name, use] of Object.entries(loaders)) {
        try {
            from.resolve(name);
        } catch {
            continue;
        }
        return use(from, file);
    }
    throw new ProviderError(
        `there is neither package 'ts-node' nor 'tsx' to read '${given}' with`,
        "Install one with `npm install --save-dev ts-node typescript`, or let 'node' in migrate.ini " +
            "name a command that reads TypeScript.",
    );
}

function importError(error, given) {
    const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(error?.message)?.[1];
    if (missing && !/^[./]|^file:/.test(missing))
        return new ProviderError(
            `there is no package '${missing}', which '${given}' needs`,
            `Install it with \`npm install ${missing}\`.`,
        );
    return new ProviderError(`'${given}' cannot be imported: ${error?.message ?? error}`, undefined, error);
}

async function load(file, given) {
    if (/\.[cm]?ts$/.test(file) && !hasLoader())
        await registerLoader(file, given);
    try {
        return isModule(file) ? await import(pathToFileURL(file).href) : createRequire(file)(file);
    } catch (error) {
        throw importError(error, given);
    }
}

/** TypeORM marks its own: the project's copy of it is not ours. */
function isDataSource(value) {
    return value?.["@instanceof"] === Symbol.for("DataSource");
}

async function settle(value, given) {
    try {
        return await value;
    } catch (error) {
        throw importError(error, given);
    }
}

function one(found, given) {
    const different = new Set(Object.values(found));
    if (different.size === 1)
        return [...different][0];
    const names = Object.keys(found).map((name) => `${given}:${name}`);
    if (names.length === 0)
        throw new ProviderError(
            `'${given}' exports no DataSource`,
            "Export it, as in `export const AppDataSource = new DataSource({ … })`.",
        );
    throw new ProviderError(`'${given}' exports several data sources`, `Write one of ${names.join(", ")}.`);
}

/** The data source of FILE or FILE:EXPORT. It may be a promise of one, as TypeORM takes it, too. */
async function loadDataSource(target) {
    const { file: given, name } = splitTarget(target);
    const exported = await load(fs.realpathSync(given), given);
    if (name && !(name in exported))
        throw new ProviderError(`'${given}' has no export '${name}'`);
    const found = {};
    for (const key of name ? [name] : ["default", ...Object.keys(exported)]) {
        const value = await settle(exported[key], given);
        if (isDataSource(value))
            found[key] = value;
        else if (name)
            throw new ProviderError(`'${target}' is no DataSource`);
    }
    if (isDataSource(exported))
        return exported;
    return one(found, given);
}

module.exports = { loadDataSource };
