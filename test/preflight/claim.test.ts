import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { claim } from "../../preflight/claim";
import { StackFile } from "../../engine/stackFile";
import type { Target } from "../../engine/target";
import { STACKS } from "../../settings/shared/environments";
import { FAKE_UID } from "../support/apiServer";
import { withFolder } from "../support/temporary";

const OTHER_UID = "99999999-2222-3333-4444-555555555555";
const LIVE: Target = { context: "here", kubeconfig: "/k", identifier: FAKE_UID };
const NO = { repoint: false, share: false };

/** Decision for staging, with or without an existing cluster. */
function decide(own: Partial<Target>, flags = NO, prod: Partial<Target> = {}, live = LIVE) {
    const { write, findings } = claim(
        { stack: "staging", cluster: own },
        [{ stack: "prod", cluster: prod }],
        live,
        flags,
    );
    return {
        write,
        statuses: findings.map(({ status }) => status),
        text: findings.map(({ detail }) => detail).join("\n"),
    };
}

describe("Giving a cluster to a stack", () => {
    it("writes it for a stack that has none", () => {
        const { write, statuses } = decide({});
        assert.deepEqual([write, statuses], [true, ["ok"]]);
    });

    it("changes nothing for a stack that has it already", () => {
        const { write, text } = decide(LIVE);
        assert.equal(write, false);
        assert.match(text, /as before/);
    });

    it("accepts a context that was renamed, because the cluster is the same", () => {
        assert.equal(decide({ ...LIVE, context: "old-name" }).write, true);
    });

    it("adds the identity to a stack that names the context only", () => {
        assert.equal(decide({ context: "here", kubeconfig: "/k" }).write, true);
    });

    for (const [what, own, live, expected] of [
        [
            "a context that changed under the stack",
            { ...LIVE, identifier: OTHER_UID },
            LIVE,
            /context here now leads to \S+, but staging belongs to/,
        ],
        [
            "another cluster",
            { context: "a", identifier: OTHER_UID },
            LIVE,
            /belongs to 9999.*\(context a\).* leads to 1111/,
        ],
        ["another context of a stack without identity", { context: "a" }, LIVE, /belongs to context a, not to here/],
        [
            "a cluster that cannot be distinguished from the stack's",
            { ...LIVE, identifier: OTHER_UID },
            { context: "here", kubeconfig: "/k" },
            /cannot be determined/,
        ],
    ] as const) {
        it(`refuses ${what}, and does it with --repoint`, () => {
            const { write, statuses, text } = decide(own, NO, {}, live);
            assert.deepEqual([write, statuses], [false, ["fail"]]);
            assert.match(text, expected);
            assert.equal(decide(own, { ...NO, repoint: true }, {}, live).write, true);
        });
    }

    it("refuses the cluster of the other stack, shares it with --share, and keeps it then without", () => {
        const prod = { context: "elsewhere", identifier: FAKE_UID };
        const { write, statuses, text } = decide({}, NO, prod);
        assert.deepEqual([write, statuses], [false, ["fail"]]);
        assert.match(text, /cluster of prod/);
        assert.deepEqual(decide({}, { ...NO, share: true }, prod).statuses, ["ok", "warn"]);
        assert.deepEqual(decide(LIVE, NO, prod).statuses, ["ok", "warn"]);
        assert.equal(decide(LIVE, NO, prod).write, false);
    });

    it("writes a context without identity, with a warning, where kube-system cannot be read", () => {
        const { write, statuses, text } = decide({}, NO, {}, { context: "here" });
        assert.deepEqual([write, statuses], [true, ["warn"]]);
        assert.match(text, /without the cluster's identity/);
    });
});

describe("The stack file", () => {
    for (const stack of STACKS) {
        it(`of ${stack} gets the cluster and stays as it is otherwise, comments included`, async () => {
            await withFolder(async (folder) => {
                const original = readFileSync(`Pulumi.${stack}.yaml`, "utf8");
                await copyFile(`Pulumi.${stack}.yaml`, join(folder, `Pulumi.${stack}.yaml`));
                StackFile.open(folder, stack).writeCluster(LIVE);
                const file = StackFile.open(folder, stack);
                const lines = [
                    "  x0tta6bl4:cluster:",
                    "    context: here",
                    "    kubeconfig: /k",
                    `    identifier: ${FAKE_UID}`,
                ];
                assert.equal(readFileSync(file.path, "utf8"), `${original}${lines.join("\n")}\n`);
                assert.deepEqual(file.cluster, LIVE);
            });
        });
    }

    it("keeps what else is set of the cluster, and drops what the new one has not", async () => {
        await withFolder(async (folder) => {
            const path = join(folder, "stack.yaml");
            const cluster = "config:\n  x0tta6bl4:cluster:\n    kubeconfig: /old # mine\n    checkReachable: false\n";
            writeFileSync(path, cluster);
            StackFile.open(folder, "staging", path).writeCluster({ context: "here", identifier: FAKE_UID });
            assert.match(readFileSync(path, "utf8"), /checkReachable: false\n {4}context: here\n {4}identifier: 1111/);
            assert.doesNotMatch(readFileSync(path, "utf8"), /kubeconfig/);
            return Promise.resolve();
        });
    });

    it("is made where there is none", async () => {
        await withFolder((folder) => {
            StackFile.open(folder, "prod").writeCluster(LIVE);
            assert.deepEqual(StackFile.open(folder, "prod").cluster, LIVE);
            return Promise.resolve();
        });
    });

    it("exposes no encrypted value", async () => {
        await withFolder((folder) => {
            const path = join(folder, "stack.yaml");
            writeFileSync(
                path,
                "config:\n  x0tta6bl4:grafanaPassword:\n    secure: v1:abc:def\n  x0tta6bl4:mesh: {}\n",
            );
            const file = StackFile.open(folder, "staging", path);
            assert.deepEqual(file.values, { grafanaPassword: "[encrypted]", mesh: "{}" });
            assert.deepEqual([...file.secretKeys], ["grafanaPassword"]);
            return Promise.resolve();
        });
    });

    for (const content of ["config: [", "config: 5\n", "- a list\n"]) {
        it(`is refused when it is not one: ${JSON.stringify(content)}`, async () => {
            await withFolder((folder) => {
                const path = join(folder, "stack.yaml");
                writeFileSync(path, content);
                assert.throws(() => StackFile.open(folder, "staging", path), /stack\.yaml is not a Pulumi stack file/);
                return Promise.resolve();
            });
        });
    }
});
