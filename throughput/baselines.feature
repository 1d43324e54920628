Feature: Other controllers on the same lines
  Our rate controller beside three that others use: a fixed rate; one that looks at replies, in the manner of RustDesk;
  and a window in the manner of TCP Vegas, as TigerVNC's server has it. What comes of each is in `results.json`; the
  steps say what is typical of it.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @gate
  Scenario Outline: <who> over <link>
    Given Carla is a customer with a Windows PC on <link>
    And Carla is in session with Alex
    And Carla's client paces pictures by "<who>"
    And Alex has screen sharing open in Carla's session
    And Carla's screen is busy with "video"
    When 20 seconds pass
    And for 10 seconds the picture of Carla's screen on Alex's console is measured
    Then the figure "frames_per_s" is at least <fps>
    And the figure "change_to_display_p95_ms" is at least <late>
    And the figure "change_to_display_p95_ms" is at most <later>
    And the figure "line_kbit_per_s" is at most <used>

    Examples: Ours
      | who  | link      | fps | late | later | used |
      | ours | cable     | 20  | 50   | 300   | 1050 |
      | ours | 4G        | 24  | 100  | 300   | 9500 |
      | ours | satellite | 10  | 300  | 2000  | 3200 |

    Examples: A fixed rate that a line does not carry is later and later
      | who            | link      | fps | late | later | used |
      | fixed 3 Mbit/s | cable     | 1   | 5000 | 30000 | 1050 |
      | fixed 3 Mbit/s | 4G        | 24  | 100  | 300   | 3500 |
      | fixed 3 Mbit/s | satellite | 1   | 5000 | 30000 | 3200 |

    Examples: Replies leave most of a long line unused
      | who     | link      | fps | late | later | used |
      | replies | cable     | 20  | 50   | 300   | 1050 |
      | replies | 4G        | 24  | 100  | 300   | 2000 |
      | replies | satellite | 24  | 250  | 600   | 500  |

    Examples: A window that grows by a little each round trip is slow where that is long
      | who          | link      | fps | late | later | used |
      | Vegas window | cable     | 10  | 50   | 400   | 1050 |
      | Vegas window | 4G        | 20  | 100  | 500   | 9500 |
      | Vegas window | satellite | 2   | 400  | 2000  | 2000 |
