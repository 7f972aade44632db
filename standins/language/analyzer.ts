import { spawn } from "node:child_process";
import { resolveModule } from "./program";

// The CLI starts this only if it finds no language host, with the policy pack's folder as the working directory.
const RUNNER = resolveModule("@pulumi/pulumi/cmd/run-policy-pack", process.cwd());
const child = spawn(process.execPath, [RUNNER, ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => child.kill(signal));
}
