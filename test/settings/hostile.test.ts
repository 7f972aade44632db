import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { parseSettings, type Settings } from "../../settings";
import { schemas, type SettingsKey } from "../../settings/schema";
import { keyPath, SettingsError } from "../../settings/shared/faults";
import { knownKeys } from "../../settings/shared/knownKeys";
import { hasControlCharacters } from "../../shell";
import { complete } from "../support/settingsArbitrary";
import { SPIRE_CHOICES } from "../support/spireChoices";

/** Values of the configuration, with sections as JSON. */
type Values = Readonly<Record<string, unknown>>;

const BASE: Values = { cluster: { context: "test" }, spire: SPIRE_CHOICES };

function parse(values: Values, stack = "staging"): Settings {
    const texts = Object.entries({ ...BASE, ...values }).map(([key, value]): [string, string] => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return parseSettings({ stack, values: Object.fromEntries(texts), secretKeys: new Set() });
}

/** The message about settings; empty when they are accepted. */
function messageOf(values: Values, stack?: string): string {
    try {
        parse(values, stack);
        return "";
    } catch (error) {
        assert.ok(error instanceof SettingsError, String(error));
        return error.message;
    }
}

/** Credentials: one with characters of base64 and URLs, one that is a valid name, a kubeconfig. */
const CANARIES = [
    "S3cr3t+Tripwire/0xC0FFEE==",
    "tripwire0123456789abcdef0123456789abcdef01",
    "apiVersion: v1\nusers:\n- user: {token: S3cr3t+Tripwire}\n",
];

/** Every place in a value: its path, and the value with something else there. */
function places(value: unknown): (readonly PropertyKey[])[] {
    if (Array.isArray(value)) {
        return [[], ...value.flatMap((child: unknown, index) => places(child).map((path) => [index, ...path]))];
    }
    return typeof value === "object" && value !== null
        ? [[], ...Object.entries(value).flatMap(([key, child]) => places(child).map((path) => [key, ...path]))]
        : [[]];
}

function replaced(value: unknown, [first, ...rest]: readonly PropertyKey[], by: unknown): unknown {
    if (first === undefined) {
        return by;
    }
    if (Array.isArray(value)) {
        return value.map((child: unknown, index) => (index === first ? replaced(child, rest, by) : child));
    }
    const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
    return Object.fromEntries(
        entries.map(([key, child]): [string, unknown] => [key, key === first ? replaced(child, rest, by) : child]),
    );
}

describe("Settings: credentials in the wrong place", () => {
    for (const section of [
        "cluster",
        "mesh",
        "spire",
        "monitoring",
        "cost",
    ] as const satisfies readonly SettingsKey[]) {
        it(`are never shown, at any path of ${section}`, function () {
            this.timeout(300_000);
            const left = new Set(knownKeys(section, schemas[section]));
            for (let variant = 0; left.size > 0 && variant < 6; variant += 1) {
                const value = complete(schemas[section], variant);
                for (const path of places(value)) {
                    const key = keyPath(section, path);
                    if (!left.delete(key.replace(/\[\d+\]/g, "[]"))) {
                        continue;
                    }
                    for (const given of [...CANARIES, { token: { nested: [CANARIES[0]] } }]) {
                        const message = messageOf({ [section]: replaced(value, path, given) });
                        assert.doesNotMatch(message, /tripwire/i, key);
                        assert.ok(
                            message.split("\n").every((line) => !hasControlCharacters(line)),
                            key,
                        );
                    }
                }
            }
            assert.deepEqual([...left], [], "paths that were never tried");
        });
    }

    for (const values of [
        { grafanaPasword: CANARIES[0] },
        { monitoring: { grafana: { password: CANARIES[0] } } },
        { monitoring: { grafana: { password: { type: CANARIES[0] } } } },
        { spire: { server: { datastore: { type: "postgres", password: CANARIES[0] } } } },
        { mesh: { secret: { value: CANARIES[0] } } },
        { mesh: { env: { LOG_LEVEL: CANARIES[0] } } },
        { mesh: CANARIES[0] },
        { monitoring: { prometheus: { remoteWrite: [{ url: `https://u:${CANARIES[0]}@a/`, auth: CANARIES[0] }] } } },
        { cluster: { context: "test", kubeconfig: CANARIES[2] } },
        { cluster: { context: "test", kubeconfig: JSON.stringify({ users: [{ user: { token: CANARIES[0] } }] }) } },
    ]) {
        it(`are reported by kind and length: ${JSON.stringify(values).slice(0, 60)}`, () => {
            const message = messageOf(values);
            assert.match(message, / = an? (text of \d+ characters|object of \d+ keys?)\n/);
            assert.doesNotMatch(message, /tripwire/i);
        });
    }
});

describe("Settings: commands that fix them", () => {
    /** Keys with all characters that have a special meaning in a shell or in a path of the CLI. */
    const key = fc.string({
        unit: fc.constantFrom(...Array.from("ab1.[]'\"`$\\ ;&|<>#!\n\u001b\u202e")),
        maxLength: 8,
    });

    it("are read by sh as what was meant, whatever the key", () => {
        fc.assert(
            fc.property(key, fc.boolean(), (name, inEnv) => {
                const mesh = inEnv ? { env: { [name]: "x" } } : { [name]: 1 };
                const path = keyPath("mesh", inEnv ? ["env", name] : [name]);
                const message = messageOf({ mesh });
                const [fix] = /(?<=fix: {5})pulumi .*/.exec(message) ?? [];
                assert.ok(message === "" || fix !== undefined || message.includes("by hand"), message);
                if (fix !== undefined) {
                    const words = execFileSync("sh", ["-c", `printf '%s\\0' ${fix}`], { encoding: "utf8" });
                    const expected = ["pulumi", "config", "rm", "--stack", "staging", "--path", path];
                    assert.deepEqual(words.split("\0").slice(0, -1), expected);
                }
            }),
            { numRuns: 150 },
        );
    });

    it("address keys with dots and quotes as the CLI does", () => {
        assert.match(messageOf({ mesh: { "a.b": 1 } }), /--path 'mesh\["a\.b"\]'\n/);
        assert.match(messageOf({ mesh: { "it's": 1 } }), /--path 'mesh\.it'\\''s'\n/);
    });

    it("store text as text where the CLI would store a number", () => {
        assert.match(
            messageOf({ mesh: { image: { tag: 3.4 } } }),
            /tag = a number\n.*\n +fix: +pulumi config set --stack staging --path --type string mesh\.image\.tag VALUE\n/,
        );
    });
});

describe("Settings: names that JavaScript gives a meaning", () => {
    for (const stack of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
        it(`refuse a stack called ${stack}`, () => {
            assert.match(messageOf({}, stack), /must be: staging or prod/);
        });
    }

    it("take them as variables like any other", () => {
        const { env } = parse({ mesh: { env: { toString: "a", constructor: "b" } } }).mesh;
        assert.deepEqual(Object.entries(env), [
            ["toString", "a"],
            ["constructor", "b"],
        ]);
        assert.match(messageOf({ mesh: { env: { toString: 1 } } }), /mesh\.env\.toString = a number\n/);
    });

    it("refuse __proto__, which would vanish, at any depth", () => {
        const spire = '{"server":{"extraPlugins":[{"type":"Notifier","name":"a","config":{"__proto__":{}}}]}}';
        assert.match(
            messageOf({ mesh: '{"env":{"__proto__":"x"}}' }),
            /mesh\.env\.__proto__ = a text of 1 character\n/,
        );
        assert.match(messageOf({ spire }), /extraPlugins\[0\]\.config\.__proto__ = an object of 0 keys\n/);
        assert.match(messageOf({ mesh: '{"__proto__":{"replicas":3}}' }), /mesh\.__proto__ = /);
    });
});

describe("Settings: environment variables", () => {
    for (const value of [1.1, 15, true, null]) {
        it(`refuse ${String(value)}, which YAML may have made of a text`, () => {
            assert.match(
                messageOf({ mesh: { env: { A: value } } }),
                /mesh\.env\.A = .*\n +must be: text, in quotes where YAML would read/,
            );
        });
    }

    it("refuse a date as the CLI writes it when it has no quotes", () => {
        for (const value of ["2026-01-02 00:00:00 +0000 UTC", "2026-01-02 10:00:00.5 +0000 UTC"]) {
            assert.match(messageOf({ mesh: { env: { A: value } } }), /YAML has read a date or time without quotes/);
        }
        assert.equal(parse({ mesh: { env: { A: "2026-01-02" } } }).mesh.env.A, "2026-01-02");
    });

    it("are at most 64 KiB in all", () => {
        const env = (size: number) => ({ mesh: { env: { A: "x".repeat(size - 3) } } });
        assert.equal(messageOf(env(64 * 1024)), "");
        assert.match(messageOf(env(64 * 1024 + 1)), /mesh\.env = an object of 1 key\n +must be: at most 64 KiB/);
    });
});

describe("Settings: sections", () => {
    it("may be keys without a value", () => {
        assert.equal(parse({ mesh: null, monitoring: null }).mesh.replicas, 2);
    });

    it("need namespaces of their own, also when the mesh's is the stack's", () => {
        const spire = { ...SPIRE_CHOICES, serverNamespace: "x0tta6bl4-staging" };
        assert.match(
            messageOf({ spire }),
            /spire\.serverNamespace = "x0tta6bl4-staging"\n.*different from mesh\.namespace/,
        );
    });
});
