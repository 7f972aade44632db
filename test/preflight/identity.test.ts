import assert from "node:assert/strict";
import { checkIdentity } from "../../preflight/identity";
import { IDENTITY_PATH, VERSION_PATH } from "../../kube/identity";
import { reader } from "../../kube/read";
import { FAKE_UID, fakeApi, type FakeAnswer } from "../support/apiServer";

const OTHER_UID = "99999999-2222-3333-4444-555555555555";

/** An API server of a version. */
function cluster(minor: string, changes: Record<string, FakeAnswer> = {}) {
    return fakeApi({
        [VERSION_PATH]: { major: "1", minor, gitVersion: `v1.${minor.replace("+", "")}.3` },
        [IDENTITY_PATH]: { metadata: { uid: FAKE_UID } },
        ...changes,
    });
}

describe("checkIdentity", () => {
    const settings = (identifier?: string) => ({ context: "here", kubeconfig: "/k", checkReachable: true, identifier });

    it("passes on the stack's own cluster", async () => {
        await checkIdentity(settings(FAKE_UID), reader(cluster("33").send));
    });

    it("stops at another cluster under the same context, and names both and the possible fixes", async () => {
        const check = checkIdentity(settings(OTHER_UID), reader(cluster("33").send));
        await assert.rejects(check, (error: Error) => {
            assert.match(error.message, /^context here leads to another cluster/);
            assert.ok(error.message.includes(FAKE_UID) && error.message.includes(OTHER_UID));
            assert.match(error.message, /kubectl --kubeconfig \/k --context here cluster-info/);
            assert.match(error.message, /pulumi config set --path cluster\.context/);
            assert.match(error.message, /npx x0 cluster existing .*--repoint/);
            return true;
        });
    });

    for (const [minor, passes] of [
        ["26", false],
        ["27", true],
        ["27+", true],
        ["40", true],
    ] as const) {
        it(`${passes ? "passes on" : "stops at"} Kubernetes 1.${minor}`, async () => {
            const check = checkIdentity(settings(FAKE_UID), reader(cluster(minor).send));
            await (passes ? check : assert.rejects(check, /Kubernetes v1\.26\.3 is too old.*1\.27 or newer/));
        });
    }

    it("does not query the cluster's identity if the stack belongs to none yet", async () => {
        const { send, requests } = cluster("33");
        await checkIdentity(settings(), reader(send));
        assert.deepEqual(
            requests.map(({ path }) => path),
            [VERSION_PATH],
        );
    });

    for (const [status, message] of [
        [401, /does not accept the credentials of context here \(401\).*cannot be verified/],
        [403, /cannot read the namespace kube-system \(403\).*cannot be verified/],
        [404, /has no namespace kube-system: it is not a Kubernetes API server, or the path of its URL is missing/],
    ] as const) {
        it(`refuses a cluster whose identity is answered with ${status}`, async () => {
            const { send } = cluster("33", { [IDENTITY_PATH]: status });
            await assert.rejects(checkIdentity(settings(FAKE_UID), reader(send)), message);
        });
    }

    it("names the permission that it needs, with the commands that grant it", async () => {
        const { send } = cluster("33", { [IDENTITY_PATH]: 403 });
        await assert.rejects(checkIdentity(settings(FAKE_UID), reader(send)), (error: Error) => {
            assert.match(error.message, /get namespaces, resource name kube-system/);
            assert.match(error.message, /--context here create clusterrole .*--resource-name kube-system/);
            assert.match(error.message, /--context here create clusterrolebinding /);
            return true;
        });
    });

    for (const status of [401, 403] as const) {
        it(`reports that the version was not checked when it is answered with ${status}`, async () => {
            const { send } = cluster("33", { [VERSION_PATH]: status });
            const [note, ...others] = await checkIdentity(settings(FAKE_UID), reader(send));
            assert.match(note ?? "", new RegExp(`context here .*\\(${status}\\): whether Kubernetes is 1\\.27`));
            assert.deepEqual(others, []);
        });
    }

    it("refuses a server that has no version, which no API server lacks", async () => {
        const { send } = cluster("33", { [VERSION_PATH]: 404 });
        await assert.rejects(checkIdentity(settings(), reader(send)), /has no \/version/);
    });

    it("refuses a server that answers with a web page", async () => {
        const { send } = cluster("33", { [VERSION_PATH]: { status: 200, object: undefined } });
        await assert.rejects(checkIdentity(settings(), reader(send)), /not JSON.*not a Kubernetes API server/);
    });
});
