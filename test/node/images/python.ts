import { cp, mkdir, readdir, readlink, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../../../process/run";

/** The Debian packages' own Python, whatever else PATH has first. */
const PYTHON = "/usr/bin/python3";

/** Programs of a small system: a shell, and what a volume provisioner's script calls. */
const PROGRAMS = ["/bin/sh", "/bin/cat", "/bin/chmod", "/bin/ls", "/bin/mkdir", "/bin/rm", "/bin/sleep", PYTHON];

/** Parts of the standard library that no container needs. */
const LEFT_OUT =
    /\/(__pycache__|test|tests|idlelib|ensurepip|lib2to3|tkinter|turtledemo|pydoc_data|config-[^/]+)(\/|$)/;

/** Users, as images of Debian have them, and that of the app. */
const PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";

/** The libraries in what `ldd` prints, e.g. `libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f)`. */
export function librariesIn(output: string): string[] {
    return [...output.matchAll(/(?:^|=>)\s*(\/\S+)\s+\(0x/gm)].flatMap(([, path]) =>
        path === undefined ? [] : [path],
    );
}

/** Libraries that programs and libraries need, all of them. */
async function librariesOf(files: readonly string[]): Promise<string[]> {
    // ldd ends with 1 where one of them is static.
    const { stdout } = await run("ldd", files, { allowExit: true });
    return [...new Set(librariesIn(stdout))];
}

/** Copies a file to its own path under a root; links on the way are followed, so that it is found by either name. */
async function copyTo(root: string, path: string): Promise<void> {
    for (const name of new Set([path, await realpath(path)])) {
        await mkdir(dirname(join(root, name)), { recursive: true });
        await cp(await realpath(path), join(root, name));
    }
}

/** Folders that Debian links to those in /usr since 2019. */
async function linkMerged(root: string): Promise<void> {
    for (const name of ["bin", "sbin", "lib", "lib64"]) {
        const target = await readlink(`/${name}`).catch(() => undefined);
        if (target !== undefined) {
            await mkdir(join(root, "usr", name), { recursive: true });
            await symlink(`usr/${name}`, join(root, name));
        }
    }
}

/**
 * Makes a root file system with Python 3 and a shell from this machine's own files: no image registry answers here.
 * @param root Empty folder.
 */
export async function makePythonRoot(root: string): Promise<void> {
    await mkdir(root, { recursive: true });
    await linkMerged(root);
    const { stdout } = await run(PYTHON, ["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]);
    const library = stdout.trim();
    await cp(library, join(root, library), {
        recursive: true,
        // Debian's own site customization is outside.
        filter: (source) => !LEFT_OUT.test(source),
        dereference: true,
    });
    const extensions = join(library, "lib-dynload");
    const modules = (await readdir(extensions)).map((name) => join(extensions, name));
    for (const file of [...PROGRAMS, ...(await librariesOf([...PROGRAMS, ...modules]))]) {
        await copyTo(root, file);
    }
    // The k8s-sidecar's image calls it so.
    await symlink("python3", join(root, "usr", "bin", "python"));
    await mkdir(join(root, "etc"), { recursive: true });
    await writeFile(join(root, "etc", "passwd"), PASSWD);
    for (const name of ["tmp", "run", "proc", "sys", "dev", "var/tmp"]) {
        await mkdir(join(root, name), { recursive: true, mode: 0o1777 });
    }
}
