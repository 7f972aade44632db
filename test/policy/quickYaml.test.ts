import assert from "node:assert/strict";
import { readQuickly } from "../../policy/manifests/quickYaml";
import { readYaml } from "../../policy/manifests/yaml";

/** Scalars whose meaning differs between versions of YAML. */
const SCALARS = [
    ...["yes", "No", "on", "OFF", "true", "False", "y", "n", "~", "null", "Null", ""],
    ...["0", "007", "0777", "0o17", "0x1F", "0b11", "1_000", "-5", "+5", "08", "1:30", "22:22", "190:20:30"],
    ...["1.5", ".5", "1.", "1e3", "1.5e3", "-.inf", ".NaN", "1_0.5", "1:30.5"],
    ...[
        "2026-01-01",
        "2026-01-01T10:00:00Z",
        "=",
        "a b",
        "'quoted'",
        '"a\\tb"',
        "|\n    x\n    y\n",
        ">-\n    x\n    y\n",
    ],
    ...["[a, 1, yes]", "{b: 0777, c: [1:30]}", "image:1.0", "!!str 5", "!!binary aGk=", "!custom x"],
];

describe("the quick reading of YAML", () => {
    for (const scalar of SCALARS) {
        it(`agrees with the thorough one about ${JSON.stringify(scalar)}`, () => {
            const text = `a:\n  b: ${scalar}\n`;
            const quick = readQuickly(text);
            if (quick !== undefined) {
                assert.deepEqual(quick.value, readYaml(text, 1).value);
            }
        });
    }

    it("agrees with it about merged, repeated and quoted keys", () => {
        const text = "base: &b { x: 1, w: 2 }\nown:\n  <<: *b\n  z: 3\nlist: [*b]\n'quo.ted': 1\n";
        assert.deepEqual(readQuickly(text)?.value, readYaml(text, 1).value);
    });

    it("finds the same places", () => {
        const text = "a: &x\n  b:\n    - c: 1\n    - d: [2, { e: '3' }]\n  'k.l': |\n    text\nf: *x\n";
        const [quick, thorough] = [readQuickly(text), readYaml(text, 1)];
        for (const keys of [
            ["a"],
            ["a", "b", "0", "c"],
            ["a", "b", "1", "d", "1", "e"],
            ["a", "b", "2"],
            ["a", "z"],
            ["q"],
        ]) {
            assert.equal(quick?.offsetOf(keys), thorough.offsetOf(keys), keys.join("."));
        }
    });

    it("leaves what is wrong or unusual to the thorough one", () => {
        for (const text of ["a: [1", "a: 1\na: 2", "a: &x\n  b: *x", "a: !custom x", "y: 1", "5: a", "a: &x { y: 1 }\nb:\n  <<: *x\n  y: 2"]) {
            assert.equal(readQuickly(text), undefined, text);
        }
    });

    it("accepts continuation lines indented less than their parent, as kubectl does, and keeps their lines", () => {
        assert.deepEqual(readQuickly('a:\n  b: "foo\nbar"\n')?.value, { a: { b: "foo bar" } });
        assert.deepEqual(readQuickly("a:\n  b: 'foo\n\nbar'\n")?.value, { a: { b: "foo\nbar" } });
        const flow = readQuickly("a: { b: 1,\nc: [2,\n3] }\nd: 4\n");
        assert.deepEqual(flow?.value, { a: { b: 1, c: [2, 3] }, d: 4 });
        assert.equal(flow.text.slice(0, flow.offsetOf(["d"])).split("\n").length, 4);
    });
});
