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
      | customer name | Carla, Mia |

  @QUE-17
  Scenario: Uptime is another order than time in queue
    Given Mia waits in the Network queue
    And 1 minute passes
    And Carla waits in the Network queue
    When Alex transfers Mia's session to the Desktop team
    And Alex transfers Mia's session to the Network team
    Then the Network queue on Alex's console lists "Carla, Mia"
    When Alex sorts the queues by "uptime"
    Then the Network queue on Alex's console lists "Mia, Carla"

  @QUE-17
  Scenario: To sort by the same once more turns the order round
    Given Mia waits in the Network queue
    And Carla waits in the Network queue
    Then the Network queue on Alex's console lists "Mia, Carla"
    When Alex sorts the queues by "time in queue"
    Then the Network queue on Alex's console lists "Carla, Mia"
    When Alex sorts the queues by "time in queue"
    Then the Network queue on Alex's console lists "Mia, Carla"

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

  @QUE-18
  Scenario Outline: A search goes by the machine and by the issue, too
    Given Dana waits in Alex's personal queue
    And Carla is a customer with a Windows PC called "ACCOUNTS-7"
    When Carla picks the issue "Printer prints nothing" on the portal
    Then Alex sees Carla in the Desktop queue
    When Alex searches for "<text>"
    Then the search finds "<found>"

    Examples:
      | text       | found |
      | accounts-7 | Carla |
      | PRINTER    | Carla |
      | prints no  | Carla |

  @QUE-18
  Scenario: A search by the machine finds a session in hand
    Given Dana waits in Alex's personal queue
    And Carla is a customer with a Windows PC called "ACCOUNTS-7"
    When Carla picks the issue "Printer prints nothing" on the portal
    And Alex accepts Carla's session
    And Alex searches for "accounts-7"
    Then the search finds "Carla"

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

  @QUE-17
  Scenario: By issue those come last who began in another way
    Given Casey is signed in to the desktop console
    And Drew is signed in to the desktop console
    And Carla waits in Alex's personal queue
    And Dana is a customer with a Windows PC
    And Eli is a customer with a Windows PC
    When Eli picks the issue "VPN does not connect" on the portal
    And Dana picks the issue "Printer prints nothing" on the portal
    And Casey transfers Eli's session to Alex
    And Drew transfers Dana's session to Alex
    And Alex sorts the queues by "issue"
    Then the Personal queue on Alex's console lists "Dana, Eli, Carla"
    When Alex sorts the queues by "priority"
    Then the Personal queue on Alex's console lists "Eli, Carla, Dana"

  @QUE-05
  Scenario: A Support Button can lead to one representative
    Given Blair is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Carla clicks the Support Button "alex"
    Then Alex's personal queue shows Carla waiting
    And nobody but Alex sees Carla in a queue

  @QUE-09
  Scenario: A Support Button can lead to a team
    Given Blair is signed in to the desktop console
    And Drew is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Carla clicks the Support Button "front-desk"
    Then Drew sees Carla in the Desktop queue
    And Alex sees Carla in the Desktop queue
    And Blair does not see Carla in any queue

  @QUE-10
  Scenario: Who is moved stands behind those who came before
    Given Carla waits in the Network queue
    And Dana waits in the Desktop queue
    And 1 minute passes
    When Alex transfers Carla's session to the Desktop team
    And 61 seconds pass
    Then Alex sees Carla in the Desktop queue
    And Carla is told to wait at place 2
    And Alex sees this line in the Desktop queue:
      | customer | waiting  | uptime    |
      | Carla    | 1 minute | 2 minutes |

  @QUE-14 @TMC-01
  Scenario: News of team chat shows in the place of the star
    Given Drew is signed in to the Android console
    When Drew taps the star beside the Desktop queue
    Then the Desktop queue on Drew's console is marked with "star"
    When Alex writes "Lunch?" to the Desktop team in team chat
    Then the Desktop queue on Drew's console is marked with "orange bubble"
    And the Network queue on Alex's console is marked with "nothing"
    When Drew opens the team chat with the Desktop team
    Then the Desktop queue on Drew's console is marked with "star"
    When Alex writes "At noon?" to the Desktop team in team chat
    Then Drew reads "At noon?" from Alex in team chat
    And the Desktop queue on Drew's console is marked with "star"

  @QUE-14 @TMC-02
  Scenario: What colleagues write to one alone marks no team's queue
    Given Drew is signed in to the Android console
    When Alex writes "Lunch?" to Drew in team chat
    Then Drew reads "Lunch?" from Alex in team chat
    And the Desktop queue on Drew's console is marked with "nothing"
