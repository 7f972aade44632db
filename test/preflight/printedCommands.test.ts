import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { leftoversText } from "../../cli/clean/clean";
import { migrationText } from "../../cli/migrate/text";
import { refusalText } from "../../cli/recover/recover";
import { kubectl } from "../../kube/kubectl";
import { loadContext } from "../../kube/kubeconfig";
import { CannotRun, messageOf } from "../../errors";
import { claim } from "../../preflight/claim";
import { nodeFindings } from "../../preflight/cluster/nodes";
import { storageFindings } from "../../preflight/cluster/storage";
import { claimRefusals } from "../../preflight/mesh/claim";
import { exposedKey } from "../../preflight/mesh";
import { refusal } from "../../preflight/refusal";
import { reportText } from "../../preflight/report";
import { secretRefusals } from "../../preflight/secrets";
import { claimRefusal } from "../../preflight/spire/claims";
import { refusals } from "../../preflight/spire/upgrade";
import { hasControlCharacters } from "../../shell";
import { faultText } from "../../terminal/commandLine";
import { node } from "../support/clusterFacts";
import { spireSettings } from "../support/spireSettings";
import { lastingFolder } from "../support/temporary";

const DECISION = {
    action: "refuse",
    operation: "creating",
    why: "w",
    resource: { urn: "u", type: "t", custom: true },
} as const;

/**
 * Names with special meaning in a shell: a quote, a space, a command, a pipe; the last also moves a terminal's cursor.
 */
const HOSTILE = ["it's", "two words", "$(id)", "a;id", "`id`", 'say "x"', "-x\u001b[2J"];

/** A name that needs no quotes; what is printed with it is what should be read with every other. */
const PLAIN = "plain";

/** The words that sh reads from a command, which is not run. */
function wordsOf(command: string): string[] {
    const output = execFileSync("sh", ["-c", `set -f; printf '%s\\0' ${command}`], { encoding: "utf8" });
    return output.split("\0").slice(0, -1);
}

/** The words of each command in a text: from a program that this project prints to the end of the line. */
function commandsIn(text: string): string[][] {
    return text
        .split("\n")
        .flatMap((line) => /(?:^|[\s:(])((?:kubectl|pulumi|npx x0|sudo|PULUMI_K8S\S+) .*)$/.exec(line)?.[1] ?? [])
        .flatMap((line) => line.split(/ && | \| /))
        .map((command) =>
            wordsOf(
                command
                    .replace(/, and name its .*|\)?, then .*| lists the volumes .*/, "")
                    .replaceAll(/[<>](?=\w)|(?<=\w)>/g, "@"),
            ),
        );
}

/**
 * Every text with commands, generated from one name that is used for a context, file, namespace, stack, object and
 * value.
 */
function texts(name: string): Record<string, string> {
    const target = { context: name, kubeconfig: `/home/${name}/config` };
    const { spire, mesh } = spireSettings({});
    const bound = kubectl(target);
    const settings = { ...spire, serverNamespace: name };
    const owner = { stack: name, cluster: { context: "c", identifier: "i" } };
    const other = { context: "c", identifier: "other" };
    const finding = { status: "fail", name: "n", detail: "d", fix: "kubectl get nodes" } as const;
    const report = {
        command: "doctor",
        stack: name,
        target,
        changed: false,
        groups: [{ title: "t", findings: [finding] }],
    };
    const moved = claim(owner, [], other, { repoint: false, share: false }).findings;
    const shared = claim(
        { stack: name, cluster: {} },
        [owner],
        { context: "c", identifier: "i" },
        { repoint: true, share: true },
    );
    const adoption = { urn: "u", id: `${name}/${name}`, object: "Service a/b", keepsPods: true };
    const blocked = { ...adoption, object: "Deployment a/b", blocked: "spec.selector" };
    const selected = { ...adoption, selector: { [name]: name } };
    const data = { type: "existingClaim", claimName: name, accessMode: "ReadWriteMany" } as const;
    const missing = { namespace: name, needed: [{ setting: "s", name, keys: [name] }], command: bound };
    const live = { environment: undefined, trustDomain: name, secrets: new Map() };
    return {
        kubectl: bound,
        report: reportText(report, { columns: 80, colour: false }),
        moved: moved.map(({ fix }) => fix).join("\n"),
        shared: shared.findings.map(({ fix }) => fix).join("\n"),
        nodes: nodeFindings({ nodes: [node(name, { ready: false })] }, undefined)
            .map(({ fix }) => fix ?? "")
            .join("\n"),
        storage: storageFindings(
            { storageClasses: [{ metadata: { name, labels: {}, annotations: {} }, provisioner: "p" }] },
            undefined,
        )
            .map(({ fix }) => fix ?? "")
            .join("\n"),
        claim: claimRefusals(
            { ...mesh, namespace: name, data },
            { spec: { accessModes: [name] } },
            { stack: name, command: bound },
        ).join("\n"),
        exposed: exposedKey(name, "1", new Date(0)),
        secrets: secretRefusals(new Map([[name, undefined]]), missing).join("\n"),
        keys: secretRefusals(new Map([[name, []]]), missing).join("\n"),
        volumes: claimRefusal(settings, { size: "1Mi", storageClass: name }, bound).join("\n"),
        size: claimRefusal(settings, { size: "1Mi" }, bound).join("\n"),
        trust: refusals(settings, live, { environment: "staging", command: bound }).join("\n"),
        migrate: migrationText([selected, blocked], target, { stack: name, configFile: name }, name),
        recover: refusalText([{ ...DECISION, object: name }], name),
        clean: leftoversText(
            { namespaces: [], strange: [], crds: [], files: [], monitoringCrds: [name], kubeletService: undefined },
            "/",
            { colour: false },
            bound,
        ),
    };
}

describe("Printed commands", () => {
    const plain = texts(PLAIN);

    for (const name of HOSTILE) {
        it(`are read by a shell as what was meant, with ${JSON.stringify(name)} as every name`, () => {
            for (const [what, text] of Object.entries(texts(name))) {
                const expected = commandsIn(plain[what] ?? "").map((words) =>
                    words.map((word) => word.replaceAll(PLAIN, () => name)),
                );
                assert.ok(expected.length > 0, what);
                assert.deepEqual(commandsIn(text), expected, what);
            }
        });
    }
});

describe("Text of the cluster and of a kubeconfig", () => {
    const ESCAPE = "x\u001b[2J\u202e";

    it("reaches no terminal with its control characters: unknown contexts, files and names of a kubeconfig", () => {
        const errors = [
            () => loadContext({ context: ESCAPE, kubeconfig: file("contexts: []\n") }),
            () => loadContext({ context: "c", kubeconfig: file('contexts: [{name: "x\\e[2J", context: {}}]\n') }),
            () =>
                loadContext({
                    context: "c",
                    kubeconfig: file('contexts: [{name: c, context: {cluster: "x\\e[2J"}}]\n'),
                }),
            () => loadContext({ context: "c", kubeconfig: `/nowhere/${ESCAPE}` }),
        ].map((work) => {
            try {
                work();
            } catch (error) {
                return messageOf(error);
            }
            return assert.fail("nothing was thrown");
        });
        for (const error of errors) {
            assert.equal(hasControlCharacters(error.replaceAll("\n", "")), false, JSON.stringify(error));
        }
    });

    it("reaches no terminal with its control characters in a fault, a refusal or a fix", () => {
        const shown = [
            faultText("x0", new CannotRun(`no context ${ESCAPE}`, `see ${ESCAPE}`)),
            refusal("SPIRE", "staging", [`belongs to ${ESCAPE}`]).message,
        ];
        for (const text of shown) {
            assert.equal(hasControlCharacters(text.replaceAll("\n", "")), false, JSON.stringify(text));
        }
    });
});

/** A kubeconfig with this content. */
function file(content: string): string {
    const path = join(lastingFolder("kubeconfig-"), "config");
    writeFileSync(path, content);
    return path;
}
