import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { InstallDependenciesResponse } from "@pulumi/pulumi/proto/language_pb";
import type { InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb";

/** The folder to install in: the nearest one with a lock file, i.e. the workspace root, else the program's folder. */
export function installFolder(programDirectory: string): string {
    for (let folder = programDirectory; ; folder = dirname(folder)) {
        if (existsSync(join(folder, "package-lock.json"))) {
            return folder;
        }
        if (folder === dirname(folder)) {
            return programDirectory;
        }
    }
}

/** Installs the program's npm packages, showing npm's output. */
export function installDependencies(
    call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): void {
    const info = call.request.getInfo();
    const folder = installFolder(info?.getProgramDirectory() ?? process.cwd());
    const child = spawn("npm", ["install"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const show = (data: Buffer) => {
        const response = new InstallDependenciesResponse();
        response.setStdout(data);
        call.write(response);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.on("error", (error) => call.destroy(new Error(`npm could not be started: ${error.message}`)));
    child.on("exit", (code) => {
        if (code === 0) {
            call.end();
        } else {
            call.destroy(new Error(`npm install failed with exit code ${code ?? "none"} in ${folder}`));
        }
    });
}
