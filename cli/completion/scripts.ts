/** Shells with a completion script. */
export const COMPLETION_SHELLS = ["bash", "zsh", "fish"] as const;

/** See {@link COMPLETION_SHELLS}. */
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/**
 * The script that completes `x0` in a shell. It asks this checkout's launcher for candidates, and falls back to file names.
 * @param launcher path of the launcher
 */
export function completionScript(shell: CompletionShell, launcher: string): string {
    const complete = `node '${launcher.replaceAll("'", "'\\''")}' complete --`;
    switch (shell) {
        case "bash":
            return `_x0() {
    local IFS=$'\\n'
    COMPREPLY=($(${complete} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _x0 x0`;
        case "zsh":
            return `#compdef x0
_x0() {
    local -a found
    found=("\${(@f)$(${complete} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "$found" ]]; then
        compadd -a found
    else
        _files
    fi
}
compdef _x0 x0`;
        case "fish":
            return `function __x0
    set -l words (commandline --tokenize --cut-at-cursor)
    ${complete} $words[2..] (commandline --current-token --cut-at-cursor) 2>/dev/null
end
complete --command x0 --arguments '(__x0)'`;
    }
}
