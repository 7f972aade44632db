import assert from "node:assert/strict";
import { parseArguments, UsageError } from "../../scripts/spire/arguments";
import { factsOf } from "../../scripts/spire/facts";
import { answer, type Kubectl } from "../../scripts/spire/questions";

const OUTPUTS = JSON.stringify({
    cluster: { context: "prod-1", kubeconfig: "/etc/kube/one" },
    namespace: "mesh",
    expected: { spire: { serverNamespace: "spire", systemNamespace: "spire-system", more: 1 } },
});
const facts = factsOf(OUTPUTS);

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

/** kubectl that answers by the first pattern that its arguments match, and keeps what was asked. */
function fake(answers: [RegExp, string][]): Kubectl & { asked: string[] } {
    const asked: string[] = [];
    const kubectl = (args: readonly string[]) => {
        const line = args.join(" ");
        asked.push(line);
        const found = answers.find(([pattern]) => pattern.test(line));
        if (found === undefined) {
            throw new Error(`pods are gone`);
        }
        return found[1];
    };
    return Object.assign(kubectl, { asked });
}

describe("npm run spire", () => {
    it("binds kubectl to the stack's own cluster", () => {
        assert.deepEqual(facts.cluster, ["--kubeconfig", "/etc/kube/one", "--context", "prod-1"]);
        const ambient = OUTPUTS.replace(',"kubeconfig":"/etc/kube/one"', "");
        assert.deepEqual(factsOf(ambient).cluster, ["--context", "prod-1"]);
    });

    it("asks the server's own container over its socket", () => {
        const kubectl = fake([[/./, "Found 1 entry"]]);
        assert.equal(answer({ question: "entries" }, facts, kubectl), "Found 1 entry");
        answer({ question: "agents" }, facts, kubectl);
        const exec =
            "--namespace spire exec statefulset/spire-server --container spire-server -- /opt/spire/bin/spire-server";
        assert.deepEqual(kubectl.asked, [
            `${exec} entry show -socketPath /run/spire/server-sockets/api.sock`,
            `${exec} agent list -socketPath /run/spire/server-sockets/api.sock`,
        ]);
    });

    it("compares the server's bundle with the agents'", () => {
        const served = pem("AAA") + pem("BBB");
        const same = fake([
            [/bundle show/, served],
            [/configmap spire-bundle/, pem("BBB") + pem("AAA")],
        ]);
        assert.match(
            answer({ question: "bundle" }, facts, same),
            /ConfigMap spire-system\/spire-bundle: agents get the same$/,
        );
        assert.match(same.asked[1] ?? "", /jsonpath=\{\.data\.bundle\\\.crt\}$/);
        const stale = fake([
            [/bundle show/, served],
            [/configmap spire-bundle/, pem("AAA")],
        ]);
        assert.match(answer({ question: "bundle" }, facts, stale), /1 of its certificates are not there/);
    });

    it("shows a pod's entries and what it fetched", () => {
        const kubectl = fake([
            [/get pod mesh-1/, "uid-1"],
            [/entry show -selector k8s:pod-uid:uid-1/, "Entry"],
            [/logs mesh-1 --container wait-for-identity/, "SPIFFE ID"],
        ]);
        assert.match(answer({ question: "svid", pod: "mesh-1" }, facts, kubectl), /uid-1[^]*Entry[^]*SPIFFE ID$/);
    });

    it("asks every server and agent for its health, and goes on when one does not answer", () => {
        const kubectl = fake([
            [/--namespace spire get pods/, "spire-server-0 spire-server-1"],
            [/--namespace spire-system get pods/, "spire-agent-x"],
            [/pod\/spire-server-0/, "Server is healthy.\n"],
            [/exec spire-agent-x/, "Agent is healthy.\n"],
        ]);
        assert.equal(
            answer({ question: "health" }, facts, kubectl),
            "spire-server-0: Server is healthy.\nspire-server-1: pods are gone\nspire-agent-x: Agent is healthy.",
        );
    });

    it("takes a question, a pod for svid, and a stack", () => {
        assert.deepEqual(parseArguments(["svid", "mesh-1", "--stack", "prod"]), {
            question: "svid",
            pod: "mesh-1",
            stack: "prod",
        });
        for (const wrong of [
            [],
            ["what"],
            ["svid"],
            ["entries", "x"],
            ["svid", "a", "b"],
            ["--stack"],
            ["entries", "-x"],
        ]) {
            assert.throws(() => parseArguments(wrong), UsageError, wrong.join(" "));
        }
    });
});
