import assert from "node:assert/strict";
import { BAD, checking, GOOD } from "./checking";
import { hardened, set, type Json } from "./fixtures";

describe("the command that checks manifests", () => {
    const { file, json } = checking();

    it("ends with 0 where all is well, and counts advice as well", () => {
        assert.equal(json(file("a.yaml", GOOD)).status, 0);
        const advised = json("--rules", "secret-in-env,naked-pod", file("b.yaml", BAD));
        assert.deepEqual([advised.status, advised.violations.map(({ level }) => level)], [0, ["advisory"]]);
    });

    it("names file, document, object, container, path, line and column", () => {
        const at = file("a.yaml", `# first\n---\n${GOOD}\n---\n# nothing\n---\n${BAD}`);
        const { status, checked, violations } = json("--rules", "privileged", at);
        assert.deepEqual([status, checked], [1, 2]);
        assert.deepEqual(violations, [
            {
                file: at,
                document: 1,
                rule: "privileged",
                otherRules: [],
                level: "mandatory",
                severity: "critical",
                kind: "Pod",
                namespace: "shop",
                name: "web",
                container: "app",
                path: "spec.containers[0].securityContext.privileged",
                message:
                    'Pod shop/web: container "app" (spec.containers[0].securityContext.privileged) is true. Remove it.',
                line: 17,
                column: 21,
            },
        ]);
    });

    it("uses null for fields that a violation does not have", () => {
        const [found] = json(
            "--rules",
            "host-namespaces",
            file("a.yaml", "apiVersion: v1\nkind: Pod\nspec: { hostPID: true, containers: [{ name: a, image: b }] }\n"),
        ).violations;
        assert.deepEqual([found?.namespace, found?.name, found?.container], [null, null, null]);
    });

    it("treats no value in a manifest as unknown", () => {
        for (const value of ["[secret]", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"]) {
            const { status, violations, exceptions } = json(
                "--rules",
                "privileged",
                file("a.yaml", BAD.replace("true", JSON.stringify(value))),
            );
            assert.deepEqual([status, violations.length, exceptions], [1, 1, []]);
        }
    });

    it("finds annotations that cover nothing or name no rule, and takes the policy about them in a configuration", () => {
        const declaring = (key: string) =>
            BAD.replace("name: web", `name: web\n  annotations: { "policy.x0tta6bl4.mesh/skip.${key}": why }`);
        const found = (key: string, ...args: string[]) =>
            json(...args, file("a.yaml", declaring(key))).violations.flatMap(({ rule, line }) =>
                rule === "exceptions" ? [line] : [],
            );
        assert.deepEqual(found("privileged"), []);
        assert.deepEqual(found("host-path"), [6]);
        assert.deepEqual(found("privilege"), [6]);
        const config = file("c.json", JSON.stringify({ exceptions: "disabled", "chart-children": "advisory" }));
        assert.deepEqual(found("privilege", "--config", config), []);
    });

    it("lets a service account speak for its pods, also without --stack-rules", () => {
        const pod =
            "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { serviceAccountName: web, containers: [{ name: a, image: b }] }\n";
        const account =
            "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\nautomountServiceAccountToken: false\n";
        const count = (text: string) =>
            json("--rules", "service-account-automount", file("a.yaml", text)).violations.length;
        assert.deepEqual([count(pod), count(pod + account)], [1, 0]);
    });

    it("evaluates the elements of a list", () => {
        const pod = JSON.parse(
            JSON.stringify(set(hardened("Pod"), "spec.containers[0].securityContext", { privileged: true })),
        ) as Json;
        const list = file("a.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: [hardened(), pod] }));
        const { violations } = json("--rules", "privileged", list);
        assert.deepEqual(
            violations.map((found) => found.path),
            ["items[1].spec.containers[0].securityContext.privileged"],
        );
        assert.equal(violations[0]?.kind, "Pod");
    });
});
