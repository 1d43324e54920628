Feature: Queues
  Customers wait in the queue of one representative or of a team; whoever may see it sees the same.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @QUE-01
  Scenario: The personal queue shows who waits and who is in session
    Given Carla is in session with Alex
    And Dana waits in Alex's personal queue
    Then Alex's personal queue shows Carla in session
    And Alex's personal queue shows Dana waiting

  @QUE-07
  Scenario Outline: One queue for each team that the representative is in
    Given <rep> is signed in to the <console> console
    Then <rep> has the queues "<queues>"

    Examples:
      | rep   | console | queues                     |
      | Alex  | desktop | Personal, Network, Desktop |
      | Blair | desktop | Personal, Network          |
      | Drew  | Android | Personal, Desktop          |

  @QUE-07
  Scenario: A queue of a team that one is not in stays out of sight
    Given Blair is signed in to the desktop console
    And Drew is signed in to the desktop console
    When Carla, a customer with a Windows PC, picks the issue "Printer prints nothing"
    Then Drew sees Carla in the Desktop queue
    And Blair does not see Carla in any queue

  @QUE-15 @QUE-16
  Scenario: A line of a queue tells what there is to know
    Given Carla is a customer with a Windows PC called "FRONT-DESK-3"
    When Carla picks the issue "VPN does not connect" on the portal
    And Alex sees Carla in the Network queue
    And 3 minutes pass
    Then Alex sees this line in the Network queue:
      | customer | computer     | platform | issue                | priority | state   | waiting   |
      | Carla    | FRONT-DESK-3 | Windows  | VPN does not connect | high     | waiting | 3 minutes |
    When Alex opens the details of Carla's line
    Then Alex sees the details of Carla's request
    When Alex opens the details of Carla's line
    Then Alex sees no details

  @QUE-13
  Scenario: A star marks the queue that matters most, and stays
    Given Drew is signed in to the Android console
    When Drew taps the star beside the Desktop queue
    Then the Desktop queue is a favourite of Drew's
    When Drew starts the console anew
    And Drew signs in again
    Then the Desktop queue is a favourite of Drew's
    When Drew taps the star beside the Desktop queue
    Then the Desktop queue is not a favourite of Drew's

  @QUE-17
  Scenario Outline: A queue is sorted as the representative likes
    Given Mia waits in the Network queue
    And Carla waits in the Network queue
    When Alex sorts the queues by "<criterion>"
    Then the Network queue on Alex's console lists "<order>"

    Examples:
      | criterion     | order      |
      | time in queue | Mia, Carla |
      | customer name | Carla, Mia |

  @QUE-19
  Scenario: The order is as before after a restart of the console
    Given Mia waits in the Network queue
    And Carla waits in the Network queue
    When Alex sorts the queues by "customer name"
    And Alex moves the column "computer" to the front
    And Alex starts the console anew
    And Alex signs in again
    Then the first column on Alex's console is "computer"
    And the Network queue on Alex's console lists "Carla, Mia"

  @QUE-18
  Scenario Outline: A search finds an active session
    Given Carla is in session with Alex
    And Dana waits in Alex's personal queue
    When Alex searches for "<text>"
    Then the search finds "<found>"

    Examples:
      | text  | found |
      | carl  | Carla |
      | dana  | Dana  |
      | zebra |       |

  @QUE-20
  Scenario: What one has taken nobody else sees waiting
    Given Blair is signed in to the desktop console
    And Casey is signed in to the Android console
    And Carla waits in the Network queue
    When Alex accepts Carla's session
    Then Blair does not see Carla in any queue
    And Casey does not see Carla in any queue
    And Alex's personal queue shows Carla in session

  @QUE-08
  Scenario: The place in the queue moves up
    Given Carla waits in the Network queue
    And Dana waits in the Network queue
    And Eli waits in the Network queue
    Then Eli is told to wait at place 3
    When Alex accepts Carla's session
    Then Dana is told to wait at place 1
    And Eli is told to wait at place 2
    When Dana leaves
    Then Eli is told to wait at place 1
    And Alex does not see Dana in any queue

  @QUE-06 @SHR-05 @SHR-18
  Scenario: An invitation stands in the personal queue of whom it is for
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex
    When Alex invites Blair to Carla's session
    Then Blair's personal queue shows an invitation to Carla's session from Alex
    When Blair accepts the invitation to Carla's session
    Then Blair has Carla's session open
    And Blair's personal queue shows no invitation

  @SHR-19
  Scenario: An invitation can be declined
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex
    And Alex invites Blair to Carla's session
    When Blair declines the invitation to Carla's session
    Then Blair's personal queue shows no invitation
    And Blair has no session open

  @SHR-11 @SHR-13
  Scenario: Only the owner invites, and nobody twice
    Given Blair is signed in to the desktop console
    And Drew is signed in to the desktop console
    And Carla is in session with Alex and Blair
    When Blair invites Drew to Carla's session
    Then Blair is told "only the owner may do this"
    When Alex invites Drew to Carla's session
    And Alex invites Drew to Carla's session
    Then Alex is told "already invited"

  @SHR-15 @SHR-20
  Scenario: An invitation dies when its sender leaves
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex
    And Alex invites Blair to Carla's session
    And Blair's personal queue shows an invitation to Carla's session from Alex
    When Alex puts Carla's session on hold
    Then Blair's personal queue shows no invitation
