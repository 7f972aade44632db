import { blockAfter, commandsOf, type DocumentedCommand, pages, shellWords } from "./docsCommands";

/** How the tests run a line of the documents. */
type Run =
    /**
     * Runs it while a stack is up, concurrently with others; it must end with exit code 0, or with the expected
     * message.
     */
    | { readonly how: "look"; readonly endsWith?: RegExp; readonly why?: string }
    /** The same, alone and in the order of the rules: it changes the stack or the cluster. */
    | { readonly how: "change"; readonly endsWith?: RegExp; readonly why?: string }
    /** Runs it until it has printed an address. */
    | { readonly how: "open" }
    /** Runs it with a separate backend and stack file. */
    | { readonly how: "scratch" }
    /** Runs it in a separate checkout, in the order of the rules. */
    | { readonly how: "local" }
    /** Another test runs it. */
    | { readonly how: "elsewhere"; readonly where: string }
    /** It cannot run here. */
    | { readonly how: "never"; readonly why: string };

/** Blocks that are run as they stand: the page, and the text before the block. */
export const FOLLOWED = {
    freshBackend: ["docs/backends.md", "File, from nothing to a stack:"],
    deploy: ["README.md", "## Deploy to a cluster"],
    upgrade: ["docs/upgrade.md", "# Upgrades"],
    pullRequest: ["docs/pipeline.md", "## The preview of a pull request"],
    findings: ["docs/pipeline.md", "## Findings in code scanning"],
    drift: ["docs/pipeline.md", "## Drift"],
    move: ["docs/backends.md", "### Move a stack to another backend"],
} as const satisfies Record<string, readonly [page: string, after: string]>;

const SIMULATED = { endsWith: /simulated/, why: "no container runs on simulated nodes" } as const;
const MIGRATION = { how: "elsewhere", where: "test/e2e/migration.test.ts" } as const;
const PACKAGE = { how: "elsewhere", where: "test/e2e/policyPackage.test.ts" } as const;
const SUITE = { how: "elsewhere", where: "npm test" } as const;

/** How matching lines are run; the first matching rule applies. */
const RULES: readonly (readonly [RegExp, Run])[] = [
    [/^(docker|k3d|kind|minikube) |^npx x0 cluster kind /, { how: "never", why: "needs a container runtime" }],
    [/pulumi login '?(s3|azblob|gs):/, { how: "never", why: "needs an account in a cloud" }],
    [
        /--secrets-provider '?(awskms|azurekeyvault|gcpkms|hashivault):/,
        { how: "never", why: "needs an account or a Vault" },
    ],
    [/^amtool /, { how: "never", why: "needs an Alertmanager, and no container runs here" }],
    [/^(istioctl|linkerd) /, { how: "never", why: "needs a service mesh, and no container runs here" }],
    [/^helm pull |^X0TTA6BL4_CHART=/, { how: "never", why: "needs the chart's public repository" }],
    [/^npx tsx tools\/printHashes\.ts /, { how: "never", why: "downloads official releases" }],
    [/change-secrets-provider passphrase/, { how: "never", why: "asks for the new passphrase on a terminal" }],
    [/delete pvc data-spire-server-<n>/, { how: "never", why: "is about a server that was scaled away" }],
    [/delete namespace spire/, { how: "never", why: "is about a SPIRE that another tool installed" }],
    [/DELETE_UNREACHABLE=true/, { how: "never", why: "is for a cluster that is gone for good" }],

    [/^npx x0 COMMAND /, { how: "never", why: "stands for every command" }],
    [/^npm run schema -w policy$/, { how: "never", why: "downloads releases of k8s.io/client-go" }],
    [/^npm run (golden|docs)$|^git (diff|checkout) /, { how: "never", why: "is about a change of the reader's" }],

    [/^(npm ci && )?npm test$|^npm ci$|^npm run (check|test:unit|test:e2e|test:node)$/, SUITE],
    [/--stack prod --plan /, { how: "elsewhere", where: "test/e2e/drift.ts, with staging" }],
    [/--chart FILE\.tgz/, { how: "elsewhere", where: "test/e2e/monitoringRelease.test.ts" }],
    [/import\.json|set selector |annotate |patch service|--cascade=orphan|managed-by=kustomize/, MIGRATION],
    [/PATCH_FORCE=true pulumi up --stack staging --policy-pack/, MIGRATION],
    [/policy-0\.1\.0\.tgz|npm pack|npx x0tta6bl4-policy|node_modules\/x0tta6bl4-policy/, PACKAGE],

    [/^npm run local -- --delivery canary$/, { how: "elsewhere", where: "npm run test:delivery, its parts" }],
    [/ apply --server-side --kustomize /, { how: "never", why: "downloads the kinds of Argo Rollouts" }],
    [/^npx x0 rollout watch .*--if-rollout/, { how: "look" }],
    [/^npx x0 rollout prune\b/, { how: "look" }],
    [
        /^npx x0 rollout /,
        { how: "look", endsWith: /has no Rollout staging-x0tta6bl4/, why: "staging delivers without canaries" },
    ],

    [/^npm run test:node -- (up|exec .+|--grep TEXT|--quiet 30)$/, SUITE],
    [/^npm run bench\b/, { how: "never", why: "needs an idle machine" }],
    [/^ACCEPTED_SETTINGS=\d+ /, SUITE],
    [/^npm run test:faults(:program)?( --)?( --(cases|seed|case|grep) \S+)*$/, SUITE],
    [/^npm ci && npm run local$/, { how: "local" }],
    [/^npm run local -- --stack prod$/, { how: "local" }],
    [/^npm run local$/, { how: "local" }],
    [/^npm run local -- status$/, { how: "local" }],
    [/^npm run local -- down$/, { how: "local" }],

    [
        /^npx x0 monitoring (alertmanager|prometheus)/,
        { how: "look", endsWith: /no pod behind Service/, why: "the operator makes them, and does not run here" },
    ],
    [
        /^npx x0 cost recommend /,
        { how: "look", endsWith: /does not answer/, why: "the operator makes Prometheus, and does not run here" },
    ],
    [
        /^npx x0 cost /,
        { how: "elsewhere", where: "test/e2e/pipelinePreview.test.ts, by the preview of a pull request" },
    ],
    [/^npx x0 images (list|resolve|sbom) /, { how: "elsewhere", where: "test/e2e/images.test.ts" }],
    [/^npx x0 images scan /, { how: "elsewhere", where: "test/images/scan/scan.test.ts, by its parts" }],
    [/^npx x0 images verify /, { how: "elsewhere", where: "test/images/verify/verify.test.ts, by its parts" }],
    [/^npx x0 (port-forward|monitoring \w+)( --stack staging)?$/, { how: "open" }],

    [/^npx x0 logs (POD|8n44v|--)|^npx x0 shell -- env/, { how: "look", ...SIMULATED }],
    [/^npx x0 shell /, { how: "look", endsWith: /a shell needs a terminal/, why: "tests have no terminal" }],
    [/^npx x0 spire /, { how: "look", ...SIMULATED }],
    [/^kubectl .* (logs|exec) /, { how: "look", endsWith: /no (logs|exec) found/, why: SIMULATED.why }],
    [/^kubectl .* top /, { how: "look", endsWith: /Metrics API not available/, why: "there is no metrics server" }],
    [/ get certificaterequests /, { how: "look", endsWith: /doesn't have a resource type/, why: "needs cert-manager" }],
    [/ get analysisruns\b/, { how: "look", endsWith: /doesn't have a resource type/, why: "needs Argo Rollouts" }],
    [/ get lease /, { how: "look", endsWith: /NotFound/, why: SIMULATED.why }],
    [
        / get servicemonitor prometheus-kube-prometheus-kubelet/,
        { how: "look", endsWith: /NotFound/, why: "is in the real chart only" },
    ],
    [/ describe hpa /, { how: "look", endsWith: /NotFound/, why: "staging has no autoscaler" }],
    [
        /^npx x0 cluster existing --stack prod/,
        { how: "look", endsWith: /is the cluster of staging/, why: "there is one cluster" },
    ],
    [/^kubectl .*(get|describe|version|can-i|rollout (status|history)|config get-contexts)/, { how: "look" }],
    [
        /^helm template --skip-tests web /,
        { how: "look", endsWith: /mandatory \S+ \S+: DaemonSet agent/, why: "the tests' chart breaks rules" },
    ],
    [
        /^pulumi preview --stack prod /,
        { how: "look", endsWith: /no stack named 'prod' found/, why: "the reader has staging alone" },
    ],
    [
        /policy:check .* policy\/config\/prod\.json/,
        { how: "look", endsWith: /[1-9]\d* mandatory/, why: "staging breaks rules of prod" },
    ],
    [
        /^npm run (--silent )?policy:check -- (FILES|charts\/rendered|--format sarif)/,
        { how: "look", endsWith: /objects? checked|^\s*$/, why: "exceptions of the project are not applied" },
    ],
    [
        /^npx x0 (status|diff|smoke|recover|migrate|policy) |^npm run (smoke|policy:check|--silent policy:check)\b/,
        { how: "look" },
    ],
    [/^npx x0 clean /, { how: "look", endsWith: /still has objects/, why: "the stack is up" }],
    [/^npx x0 destroy .*--dry-run$/, { how: "look" }],
    [/^npx x0 (doctor|--help|cluster --help|logs |completion |pipeline (tools|preview|drift))/, { how: "look" }],
    [/^npm run build -w policy/, { how: "change" }],
    [/pulumi (preview|config get|stack (ls|output))/, { how: "look" }],

    [/^pulumi (login|config|stack (init|rm))/, { how: "scratch" }],

    [/ create (secret|clusterrole|clusterrolebinding) /, { how: "change" }],
    [/ (rollout restart|delete pod|drain) |owner=helm,name=x0tta6bl4/, { how: "change" }],
    [/pulumi up /, { how: "change" }],
    [/ delete configmap spire-bundle/, { how: "change", endsWith: /NotFound/, why: "no server publishes it" }],
    [
        /^npx x0 destroy --stack staging$/,
        { how: "look", endsWith: /--confirm staging/, why: "tests have no terminal to ask on" },
    ],
];

/** A line of the documents, and how it is run. */
export interface DocumentedLine {
    /** First page that contains the line. */
    readonly page: string;
    /** The line. */
    readonly text: string;
    /** `undefined` where no rule knows it. */
    readonly run: Run | undefined;
}

/** Commands in running text that are named only, without what makes them something to type: `pulumi up`, `npm run fix`. */
const NAME =
    /^(npm (run [\w:-]+|ci|test)|npm run local -- [a-z]+|npx x0( [a-z-]+){0,2}|(pulumi|helm|kubectl)( [a-z-]+){1,2}( --(refresh|plan))?)$/;

/** Whether a command is named only. */
function isName({ block, text }: DocumentedCommand): boolean {
    return (
        !block &&
        NAME.test(text) &&
        !/^npm run local --|^npx x0 spire \w/.test(text) &&
        !/^kubectl (get|config)/.test(text)
    );
}

/** Tells lines apart by what they do: neither comments nor the order of words matter. */
function sameAs(line: string): string {
    return shellWords(line).sort().join(" ");
}

/** Every line of the documents that a reader may type, each once; those of followed blocks are left out. */
export function documentedLines(): DocumentedLine[] {
    const all = pages();
    const textOf = (page: string) => all.find(({ path }) => path === page)?.text ?? "";
    const known = new Set(
        Object.values(FOLLOWED)
            .flatMap(([page, after]) => commandsOf(page, `\`\`\`sh\n${blockAfter(textOf(page), after)}\`\`\`\n`))
            .map(({ text }) => sameAs(text)),
    );
    const lines: DocumentedLine[] = [];
    for (const command of all.flatMap(({ path, text }) => commandsOf(path, text))) {
        const text = command.text.replace(/\s+#.*$/, "");
        if (!isName(command) && !known.has(sameAs(text))) {
            known.add(sameAs(text));
            lines.push({ page: command.page, text, run: RULES.find(([pattern]) => pattern.test(text))?.[1] });
        }
    }
    return lines;
}

/** Rules that no line of the documents needs. */
export function idleRules(): string[] {
    const used = new Set(documentedLines().map(({ run }) => run));
    return RULES.filter(([, run]) => !used.has(run)).map(([pattern]) => String(pattern));
}

/** Lines of one kind, in the order of the rules. */
export function linesTo(how: Run["how"]): DocumentedLine[] {
    const lines = documentedLines();
    return RULES.flatMap(([, run]) => (run.how === how ? lines.filter((line) => line.run === run) : []));
}
