/** How a proxy is run: its configuration's file, what stands in it, and the arguments of the program. */
export interface ProxySetup {
  readonly file: string;
  readonly text: string;
  readonly args: string[];
}

/** A proxy that runs. */
export interface Proxy {
  stop(): Promise<void>;
}

export function blockOf(heading: string, language: string): string;
export function adapted(block: string, replacements: readonly (readonly [string, string])[]): string;
export function programOf(name: string): string | undefined;
export function nginxAround(folder: string, http: string): ProxySetup;
export function freePort(): Promise<number>;
export function startProxy(program: string, folder: string, port: number, setup: ProxySetup): Promise<Proxy>;
