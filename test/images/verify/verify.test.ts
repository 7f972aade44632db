import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRefused, type VerifyOutcome, verifyText } from "../../../cli/images/verify";
import type { StackImage } from "../../../images/stackImages";
import { findCosign, identityArguments, type SignatureVerifier } from "../../../images/verify/cosign";
import { readSignatures, ruleFor, SIGNATURES_FILE, type SignatureRule } from "../../../images/verify/signatures";
import { localPaths } from "../../../process/paths";
import { PROJECT_ROOT } from "../../../project";
import { findInCache } from "../../../tools/find";
import { COSIGN } from "../../../tools/releases";
import { lastingFolder, withFolder, writeScript } from "../../support/temporary";
import { crane, pushImage, startRegistry, type TestRegistry } from "../registry/server";
import { deployment, digest, goldenStack, imageOf, imagesFor } from "../support";

const KEYLESS: SignatureRule = {
    image: "docker.io/library/web",
    identity: "https://github.com/team/web/.github/workflows/release.yml@refs/tags/v{tag}",
    issuer: "https://token.actions.githubusercontent.com",
    required: true,
};

/** An image that a Deployment runs. */
async function imageAt(reference: string): Promise<StackImage> {
    return imageOf(await imagesFor([deployment("web", { name: "web", image: reference })]), "/web");
}

describe("Signatures, by cosign at a registry of this machine", () => {
    const folder = lastingFolder("image-keys-");
    let registry: TestRegistry | undefined;
    let cosign: SignatureVerifier;
    let program = "";
    const rule = (key = "own.pub"): SignatureRule => ({
        ...{ image: "*", key, transparencyLog: false, required: true },
    });

    before(async function () {
        const served = await crane();
        program = process.env.X0TTA6BL4_COSIGN ?? (await findInCache("cosign", localPaths()))?.path ?? "";
        if (served === undefined || program === "") {
            console.log("        crane or cosign is not in the cache: npx x0 pipeline tools crane cosign");
            this.skip();
        }
        registry = await startRegistry(served);
        for (const name of ["own", "other"]) {
            call("generate-key-pair", "--output-key-prefix", name);
        }
        cosign = await findCosign(folder, { ...process.env, PATH: dirname(program) });
    });

    after(() => registry?.close());

    function call(...args: string[]): void {
        const { status, stderr } = spawnSync(program, args, {
            cwd: folder,
            env: { ...process.env, COSIGN_PASSWORD: "" },
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
    }

    const sign = (image: string) => {
        call("sign", "--key", "own.key", "--tlog-upload=false", "--use-signing-config=false", "--yes", image);
    };

    it("are verified for the index that the stack names, signed by the key", async function () {
        this.timeout(60_000);
        const { digest: index } = await pushImage(registry?.host ?? "", "team/web", "1");
        sign(`${registry?.host ?? ""}/team/web@${index}`);
        const pinned = await imageAt(`${registry?.host ?? ""}/team/web:1@${index}`);
        assert.deepEqual(await cosign.verify(pinned, rule()), { status: "verified", reason: "" });
        const other = await cosign.verify(pinned, rule("other.pub"));
        assert.equal(other.status, "refused");
        assert.notEqual(other.reason, "");
    });

    it("are missing where an image has none, also under a tag that had one", async function () {
        this.timeout(60_000);
        const host = registry?.host ?? "";
        const { digest: signed } = await pushImage(host, "team/moved/web", "1");
        sign(`${host}/team/moved/web@${signed}`);
        const { digest: replaced } = await pushImage(host, "team/moved/web", "1", true);
        const verdict = await cosign.verify(await imageAt(`${host}/team/moved/web:1@${replaced}`), rule());
        assert.deepEqual(verdict, { status: "unsigned", reason: "no signatures found" });
        const old = await cosign.verify(await imageAt(`${host}/team/moved/web:1@${signed}`), rule());
        assert.equal(old.status, "verified");
    });
});

describe("Verification of signatures", () => {
    /** The verdict of a cosign that is a script. */
    const verdict = (body: string, reference = `web:2.0@${digest("web")}`) =>
        withFolder(async (folder) => {
            const script = `if [ "$1" = version ]; then echo "GitVersion: v${COSIGN}"; exit 0; fi\n${body}`;
            await writeScript(join(folder, "cosign"), script);
            const env = { PATH: `${folder}:/usr/bin:/bin`, HERE: folder, COSIGN_KEY: "x" };
            const cosign = await findCosign(folder, env);
            return cosign.verify(await imageAt(reference), KEYLESS);
        });

    const claim = (of: string) => JSON.stringify([{ critical: { image: { "docker-manifest-digest": digest(of) } } }]);

    it("asks for the whole identity with the tag of the image, by the digest alone", async () => {
        assert.deepEqual(identityArguments(KEYLESS, "2.0", "/"), [
            "--certificate-identity",
            "https://github.com/team/web/.github/workflows/release.yml@refs/tags/v2.0",
            "--certificate-oidc-issuer",
            "https://token.actions.githubusercontent.com",
        ]);
        const echo = `case "$*" in *" index.docker.io/library/web@${digest("web")}") test -z "$COSIGN_KEY" && echo '${claim("web")}';; *) exit 1;; esac`;
        assert.equal((await verdict(echo)).status, "verified");
    });

    it("refuses what is not certain", async () => {
        for (const [body, reason] of [
            [
                "echo 'Error: none of the expected identities matched' >&2; exit 1",
                /^none of the expected identities matched$/,
            ],
            ["exit 12", /^no reason given$/],
            ["echo fine", /^no report in JSON/],
            ["echo '[]'", /^no report in JSON/],
            [`echo '${claim("other")}'`, /^the signature is about sha256:/],
        ] as const) {
            const { status, reason: given } = await verdict(body);
            assert.equal(status, "refused", body);
            assert.match(given, reason);
        }
        assert.equal((await verdict("echo 'Error: no signatures found' >&2; exit 10")).status, "unsigned");
    });

    it("needs the pinned version of cosign", async () => {
        await assert.rejects(findCosign("/", { PATH: "/nonexistent" }), (error) => {
            assert.match(String(error), new RegExp(`cosign ${COSIGN} is not on PATH$`));
            return true;
        });
    });

    it("fails for another identity always, and for a missing signature where it is required", () => {
        const one = { image: "a:1", required: false, pinned: true, reason: "" } as const;
        const outcome = (changes: object): VerifyOutcome => ({
            ...{ stack: "prod", others: ["c:1"], faults: [] },
            verified: [{ ...one, status: "verified", ...changes }],
        });
        assert.equal(isRefused(outcome({})), false);
        assert.equal(isRefused(outcome({ status: "unsigned" })), false);
        assert.equal(isRefused(outcome({ status: "unsigned", required: true })), true);
        assert.equal(isRefused(outcome({ status: "refused" })), true);
        assert.equal(isRefused({ ...outcome({}), faults: ["no chart"] }), true);
        const text = verifyText(outcome({ pinned: false }), { columns: 120, colour: false });
        assert.match(
            text,
            /^1 signature of 1 verified in prod\n {2}verified +a:1\n {2}1 image without a rule in images\/signatures\.yaml\n/,
        );
        assert.match(text, /note {2}a:1 is verified, but not pinned: .*npx x0 images resolve\s+--stack prod$/);
    });
});

describe("Rules for signatures", () => {
    const read = (text: string) =>
        withFolder((folder) => {
            mkdirSync(dirname(join(folder, SIGNATURES_FILE)), { recursive: true });
            writeFileSync(join(folder, SIGNATURES_FILE), text);
            return Promise.resolve(readSignatures(folder));
        });

    it("of this repository are about images that the stacks have or can have", async () => {
        const rules = readSignatures(PROJECT_ROOT);
        assert.ok(rules.length > 5);
        const { images } = await imagesFor(goldenStack("prod"), {}, "prod");
        for (const ending of ["/spire-server", "/spire-agent", "/spiffe-csi-driver", "/csi-node-driver-registrar"]) {
            assert.notEqual(ruleFor(rules, imageOf({ images }, ending)), undefined, ending);
        }
        assert.equal(ruleFor(rules, imageOf({ images }, "/x0tta6bl4")), undefined);
        assert.ok(existsSync(join(PROJECT_ROOT, SIGNATURES_FILE)));
    });

    it("are refused with all faults at once", async () => {
        assert.deepEqual(await read("signatures:\n"), []);
        for (const [text, fault] of [
            [
                "signatures:\n  - image: a\n    required: true\n",
                /signatures\.0: must have image, required and either identity/,
            ],
            [
                "signatures:\n  - { image: a, required: true, key: a.pub }\n  - { image: b, required: true, key: b.pub }\n",
                /a\.pub is not there; b\.pub is not there/,
            ],
            [
                "signatures:\n  - { image: a, required: true, identity: x, issuer: http://x }\n",
                /signatures\.0\.issuer: /,
            ],
        ] as const) {
            await assert.rejects(async () => read(text), fault);
        }
    });
});
