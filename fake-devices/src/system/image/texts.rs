//! What stands in the text files of the image.

pub(super) const HOSTS: &str =
    "# Names of this machine's own.\n127.0.0.1       localhost\n::1             localhost\n";

pub(super) const PROFILES: &str = "[mail]\naccount=front desk\nincoming=mail.example.com\npoll_minutes=5\n";

pub(super) const LEDGER_README: &str = "Ledger 9\n\nKeeps the books of a small office.\nAfter a change of printer, choose it anew under Print > Devices.\n";

pub(super) const SETUP_LOG: &str = "stage 1 of 3: files copied\nstage 2 of 3: drivers found\nstage 3 of 3: first user made\nsetup finished without errors\n";

pub(super) const PRINT_LOG: &str = "job 101  invoice-2216  2 pages  printed\njob 102  invoice-2217  1 page   printed\njob 103  floor-plan    4 pages  no answer from the printer\njob 103  floor-plan    4 pages  held\n";

pub(super) const LEDGER_LOG: &str = "books opened\nbackup to the file server: done\nbooks closed\nbooks opened\nbackup to the file server: the server does not answer\n";

pub(super) const TO_DO: &str = "mail\nbank\nthe alarm at the back door\n";

pub(super) const LETTER: &str = "Dear Mr Okafor,\n\nthe window in the meeting room does not close any more, and it rains in.\nCould somebody look at it this week?\n\nKind regards,\nCarla\n";

pub(super) const INVOICES: &str = "number,customer,net,paid\n2215,Miller & Sons,480.00,yes\n2216,Harbour Office,1250.00,yes\n2217,Dr Lindqvist,95.50,no\n";

pub(super) const MACHINE_NOTES: &str =
    "Second memory module put in.\nPrinter on the second floor: driver 4 and not 5, it hangs with 5.\n";

pub(super) const SYSLOG: &str = "kernel: memory: 16384 MiB\nkernel: eth0: link is up\nnetwork: address from the office's server\ncups: printer floor-2 is idle\ncups: printer floor-2 does not answer\n";

pub(super) const FSTAB: &str = "# what        where   type  options\n/dev/sda2     /       ext4  defaults\n/dev/sda1     /boot   vfat  defaults\n";

pub(super) const OS_RELEASE: &str =
    "NAME=\"Pebble Linux\"\nVERSION_ID=\"6\"\nPRETTY_NAME=\"Pebble Linux 6\"\nID=pebble\n";

pub(super) const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nadmin:x:1000:1000:Administrator:/home/admin:/bin/bash\ncarla:x:1001:1001:Carla:/home/carla:/bin/bash\n";

pub(super) const RESOLV: &str = "# Written by the network.\nsearch office.example\n";

pub(super) const BUILD_PROP: &str =
    "ro.product.brand=pebble\nro.product.model=Pebble 5\nro.build.type=user\n";
