import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../errors";
import { CommandError, run } from "../../process/run";
import { visible } from "../../terminal/foreign";
import { COSIGN } from "../../tools/releases";
import { pinnedPath } from "../pinnedProgram";
import type { StackImage } from "../stackImages";
import type { SignatureRule } from "./signatures";

/** Time for one image (ms). */
const TIMEOUT_MS = 120_000;

/** Exit code of cosign for an image without any signature (cosign 3, `cmd/cosign/errors/exit_codes.go`). */
const UNSIGNED = 10;

/** Longest quotation of cosign (characters). */
const MAX_QUOTE = 400;

/** What cosign says about an image. `refused`: there are signatures, and none is by that identity or key. */
export interface SignatureVerdict {
    readonly status: "verified" | "unsigned" | "refused";
    /** Why, in cosign's words; empty when it is verified. */
    readonly reason: string;
}

/** Verifies signatures of images. */
export interface SignatureVerifier {
    /** Never throws for what cosign says: what cannot be verified is `refused`. */
    verify(image: StackImage, rule: SignatureRule): Promise<SignatureVerdict>;
}

const claimsSchema = z
    .array(z.object({ critical: z.object({ image: z.object({ "docker-manifest-digest": z.string() }) }) }))
    .min(1);

/** cosign on PATH, at exactly the pinned version. @throws CannotRun with the command that installs it. */
export async function findCosign(checkout: string, env: NodeJS.ProcessEnv): Promise<SignatureVerifier> {
    const path = await pinnedPath(
        {
            ...{ name: "cosign", version: COSIGN, versionArgs: ["version"] },
            install: `go install -ldflags "-X sigs.k8s.io/release-utils/version.gitVersion=v${COSIGN}" github.com/sigstore/cosign/v3/cmd/cosign@v${COSIGN}`,
        },
        env,
    );
    return { verify: (image, rule) => verifyImage(path, image, rule, checkout, env) };
}

/** Arguments that say who must have signed. */
export function identityArguments(rule: SignatureRule, tag: string | undefined, checkout: string): string[] {
    if ("key" in rule) {
        const offline = rule.transparencyLog ? [] : ["--insecure-ignore-tlog=true"];
        return ["--key", join(checkout, rule.key), ...offline];
    }
    const identity = rule.identity.replaceAll("{tag}", tag ?? "");
    return ["--certificate-identity", identity, "--certificate-oidc-issuer", rule.issuer];
}

async function verifyImage(
    path: string,
    { name, reference, tag, digest }: StackImage,
    rule: SignatureRule,
    checkout: string,
    env: NodeJS.ProcessEnv,
): Promise<SignatureVerdict> {
    // By its digest alone: cosign would otherwise have two answers to what the image is.
    const image = digest === undefined ? reference : `${name.replace(/^docker\.io\//, "index.docker.io/")}@${digest}`;
    try {
        const { code, stdout, stderr } = await run(
            path,
            ["verify", "--output", "json", ...identityArguments(rule, tag, checkout), image],
            { env: withoutOptions(env), timeoutMs: TIMEOUT_MS, allowExit: true },
        );
        if (code !== 0) {
            return { status: code === UNSIGNED ? "unsigned" : "refused", reason: reasonOf(stderr) };
        }
        const digests = claimsSchema
            .parse(JSON.parse(stdout))
            .map((claim) => claim.critical.image["docker-manifest-digest"]);
        return digest === undefined || digests.includes(digest)
            ? { status: "verified", reason: "" }
            : { status: "refused", reason: `the signature is about ${digests.join(", ")}` };
    } catch (error) {
        const parsed = error instanceof CommandError ? error.reason : `no report in JSON (${messageOf(error)})`;
        return { status: "refused", reason: visible(parsed).slice(0, MAX_QUOTE) };
    }
}

/** The environment without variables that set options of cosign. Those that say where its trusted keys are stay. */
function withoutOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("COSIGN_")));
}

function reasonOf(stderr: string): string {
    const [line = "no reason given"] = stderr.split("\n").filter((text) => text.startsWith("Error: "));
    return visible(line.replace(/^Error: /, "")).slice(0, MAX_QUOTE);
}
