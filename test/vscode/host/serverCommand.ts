export interface CommandOptions {
  /** Added to the environment of the server and so to that of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly userDataFolder?: string | undefined;
  /** Where installed extensions lie, each in a folder (or a link to one) that is named publisher.name-version. */
  readonly extensionsFolder?: string | undefined;
  /** Keeps Workspace Trust on; a folder that is opened then starts in Restricted Mode. */
  readonly restricted?: boolean;
  /** VS Code as someone has installed it: notifications pop up, but extensions under development are not loaded. */
  readonly asInstalled?: boolean;
}

export function serverArguments(dataFolder: string, userDataFolder: string, options: CommandOptions): string[] {
  return [
    "out/server-main.js",
    "--host=127.0.0.1",
    "--port=0",
    "--without-connection-token",
    "--accept-server-license-terms",
    `--server-data-dir=${dataFolder}`,
    `--user-data-dir=${userDataFolder}`,
    ...(options.extensionsFolder === undefined ? [] : [`--extensions-dir=${options.extensionsFolder}`]),
    "--disable-telemetry",
    "--telemetry-level=off",
    "--disable-experiments",
    // Without it the workbench takes neither an extension under development nor tests from its url.
    ...(options.asInstalled ? [] : ["--enable-smoke-test-driver"]),
    ...(options.restricted ? [] : ["--disable-workspace-trust"]),
    // The server ends when its last extension host has. That one waits seconds, not hours, for a browser that was killed, so
    // nothing stays behind even if nobody is left to stop it. (A page must not be reloaded, then.)
    "--enable-remote-auto-shutdown",
    "--remote-auto-shutdown-without-delay",
    "--reconnection-grace-time=10",
  ];
}

// A test that is started in VS Code's own terminal inherits variables that would turn this server into part of that one.
const foreign = /^(ELECTRON_RUN_AS_NODE$|VSCODE_(?!TEST_))/;

export function serverEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...added };
}
