/** The name of the cookie that tells the server of the page who is logged in. */
export const signInCookie = 'chat-sign-in';
