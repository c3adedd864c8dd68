/** One address of a name, in the form that sockets ask for. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}
