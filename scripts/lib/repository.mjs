const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;

/** PLACEHOLDER in the manifests and in links. GitHub Actions set both variables, and a release writes the real address. */
export const placeholder = 'https://github.com/OWNER-PLACEHOLDER/chat';

export const repository = server && name ? `${server}/${name}` : placeholder;
