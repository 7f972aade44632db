import assert from "node:assert/strict";
import { spireNamespaces } from "../../cli/spire/namespaces";
import { answer, type RunKubectl } from "../../cli/spire/questions";

const outputs = (enabled: boolean) => ({
    namespace: "mesh",
    expected: { spire: { enabled, serverNamespace: "spire", systemNamespace: "spire-system", more: 1 } },
});
const namespaces = spireNamespaces(outputs(true), "prod");

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

/** A fake kubectl that responds by the first pattern that its arguments match, and records its calls. */
function fake(answers: [RegExp, string][]): RunKubectl & { asked: string[] } {
    const asked: string[] = [];
    const kubectl = (args: readonly string[]): Promise<string> => {
        const line = args.join(" ");
        asked.push(line);
        const found = answers.find(([pattern]) => pattern.test(line));
        if (found === undefined) {
            return Promise.reject(new Error("pods are gone"));
        }
        return Promise.resolve(found[1]);
    };
    return Object.assign(kubectl, { asked });
}

describe("npx x0 spire", () => {
    it("states why there is no server to query: no finished update, or another stack's SPIRE", () => {
        assert.throws(() => spireNamespaces(undefined, "prod"), /stack prod has no outputs: no update has finished/);
        assert.throws(
            () => spireNamespaces(outputs(false), "prod"),
            /managed outside stack prod \(spire.enabled is false\)/,
        );
    });

    it("queries the server in its own container over its socket", async () => {
        const kubectl = fake([[/./, "Found 1 entry"]]);
        assert.equal((await answer({ about: "entries" }, namespaces, kubectl)).text, "Found 1 entry");
        await answer({ about: "agents" }, namespaces, kubectl);
        const exec =
            "--namespace spire exec statefulset/spire-server --container spire-server -- /opt/spire/bin/spire-server";
        assert.deepEqual(kubectl.asked, [
            `${exec} entry show -socketPath /run/spire/server-sockets/api.sock`,
            `${exec} agent list -socketPath /run/spire/server-sockets/api.sock`,
        ]);
    });

    it("compares the server's bundle with the agents'", async () => {
        const served = pem("AAA") + pem("BBB");
        const same = fake([
            [/bundle show/, served],
            [/configmap spire-bundle/, pem("BBB") + pem("AAA")],
        ]);
        assert.match(
            (await answer({ about: "bundle" }, namespaces, same)).text,
            /ConfigMap spire-system\/spire-bundle: agents receive the same bundle$/,
        );
        assert.match(same.asked[1] ?? "", /jsonpath=\{\.data\.bundle\\\.crt\}$/);
        const stale = fake([
            [/bundle show/, served],
            [/configmap spire-bundle/, pem("AAA")],
        ]);
        assert.match(
            (await answer({ about: "bundle" }, namespaces, stale)).text,
            /1 certificates of the server are missing/,
        );
    });

    it("shows a pod's entries and what it fetched", async () => {
        const kubectl = fake([
            [
                /get pod mesh-1 --output json/,
                JSON.stringify({
                    metadata: { uid: "uid-1", labels: { environment: "staging" } },
                    spec: { serviceAccountName: "staging-x0tta6bl4" },
                }),
            ],
            [
                new RegExp(
                    "entry show -selector k8s:pod-uid:uid-1 -selector k8s:ns:\\S+ -selector k8s:sa:staging-x0tta6bl4 " +
                        "-selector k8s:pod-label:environment:staging -matchSelectorsOn subset",
                ),
                "Entry",
            ],
            [/logs mesh-1 --container wait-for-identity/, "SPIFFE ID"],
        ]);
        const { text } = await answer({ about: "svid", pod: "mesh-1" }, namespaces, kubectl);
        assert.match(text, /uid-1[^]*Entry[^]*SPIFFE ID$/);
    });

    it("queries the health of every server and agent, and continues if one does not respond", async () => {
        const kubectl = fake([
            [/--namespace spire get pods/, "spire-server-0 spire-server-1"],
            [/--namespace spire-system get pods/, "spire-agent-x"],
            [/pod\/spire-server-0/, "Server is healthy.\n"],
            [/exec spire-agent-x/, "Agent is healthy.\n"],
        ]);
        const { text, good } = await answer({ about: "health" }, namespaces, kubectl);
        assert.equal(good, false);
        assert.equal(
            text,
            "spire-server-0: Server is healthy.\nspire-server-1: pods are gone\nspire-agent-x: Agent is healthy.",
        );
    });

    it("has JSON for scripts: the SPIRE CLI's own, and that of its own answers", async () => {
        const kubectl = fake([
            [/entry show .*-output json/, '{"entries":[]}'],
            [/configmap spire-bundle/, pem("AAA")],
            [/bundle show/, pem("AAA")],
        ]);
        assert.deepEqual((await answer({ about: "entries" }, namespaces, kubectl, true)).data, { entries: [] });
        assert.deepEqual((await answer({ about: "bundle" }, namespaces, kubectl, true)).data, {
            ...{ bundle: pem("AAA").trim(), configMap: "spire-system/spire-bundle", missing: 0 },
        });
    });
});
