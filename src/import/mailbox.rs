//! Files and folders of mails: a single mail, an mbox, a Maildir, told by what they contain.
