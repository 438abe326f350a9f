// Listed in security/egress/ as well: what is not is refused.
export const ORIGIN = 'https://api.address.example';
